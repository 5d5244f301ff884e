/** Starts this machine's own dockerd. */
import { spawn } from 'node:child_process';
import { closeSync, fstatSync, openSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { delimiter } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { GatewayError } from '../errors.ts';
import { processFiles } from '../files/process-files.ts';
import { systemFile } from '../files/system-file.ts';
import { runStep } from './command.ts';
import { probeEngine } from './engine-probe.ts';
import { DAEMON_FOLDERS } from './find-engine.ts';
import { findProgram } from './find-tools.ts';

const SOCKET_URL = 'unix:///var/run/docker.sock';
const LOG_FILE = '/var/log/dockerd.log';
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 100;
/** Part of the log in which its last lines are looked for. */
const MAX_TAIL_BYTES = 64 << 10;

/**
 * Starts dockerd, which keeps running after Hive ends, and waits until it answers.
 * @throws GatewayError ENGINE_UNREACHABLE
 */
export async function startEngine(how: 'systemd' | 'background', signal?: AbortSignal): Promise<void> {
  if (how === 'systemd') await startService(signal);
  else await startInBackground(signal);
}

async function startService(signal?: AbortSignal): Promise<void> {
  const argv = ['systemctl', 'enable', '--now', 'docker'];
  const started = await runStep(argv, { timeoutMs: READY_TIMEOUT_MS, signal });
  const failure = () => startError(started.tail, 'journalctl -u docker -n 50');
  if (!started.ok || !(await answers(() => false, signal))) throw failure();
}

async function startInBackground(signal?: AbortSignal): Promise<void> {
  const PATH = [process.env.PATH, ...DAEMON_FOLDERS].join(delimiter);
  const dockerd = findProgram('dockerd', { PATH });
  if (!dockerd) throw startError(['dockerd is not on PATH'], 'npx hive doctor');
  await dropStalePidFiles();
  const log = openSync(LOG_FILE, 'a');
  const logStart = fstatSync(log).size;
  const child = spawn(dockerd, [], {
    detached: true,
    stdio: ['ignore', log, log],
    cwd: '/',
    env: daemonEnvironment(PATH),
  });
  closeSync(log);
  child.unref();
  let hasEnded = false;
  const onEnd = (): void => {
    hasEnded = true;
  };
  child.once('exit', onEnd).once('error', onEnd);
  if (!(await answers(() => hasEnded, signal)))
    throw startError(await lastLines(LOG_FILE, logStart), `tail -n 50 ${LOG_FILE}`);
}

/** A daemon inherits only what it needs: neither the user's variables nor the mark of a test run. */
function daemonEnvironment(PATH: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { PATH, HOME: '/root' };
  for (const name of ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'SSL_CERT_FILE', 'SSL_CERT_DIR']) {
    const value = process.env[name] ?? process.env[name.toLowerCase()];
    if (value) env[name] = value;
  }
  return env;
}

/** True once the engine answers; false if its process ends first, or a minute passes. */
async function answers(hasEnded: () => boolean, signal?: AbortSignal): Promise<boolean> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (Date.now() < deadline) {
    if ((await probeEngine({ url: SOCKET_URL })).kind === 'answers') return true;
    if (hasEnded()) return false;
    await delay(POLL_MS, undefined, signal ? { signal } : {});
  }
  return false;
}

/**
 * A machine that was restored from an image, or killed, keeps pid files whose numbers belong to other
 * processes now. dockerd would take these, and zombies that pid 1 does not reap, for itself or its
 * containerd.
 */
async function dropStalePidFiles(): Promise<void> {
  await dropUnlessRunning('/var/run/docker.pid', 'dockerd');
  await dropUnlessRunning('/var/run/docker/containerd/containerd.pid', 'containerd');
}

async function dropUnlessRunning(pidFile: string, program: string): Promise<void> {
  const pid = (await systemFile(pidFile)).trim();
  if (!pid) return;
  const stat = await systemFile(`/proc/${pid}/stat`);
  const isRunning = stat.includes(`(${program})`) && !stat.includes(') Z ');
  if (!isRunning) await rm(pidFile, { force: true });
}

/** Last lines of the log after its first `start` bytes. */
async function lastLines(path: string, start: number): Promise<string[]> {
  let end = Buffer.alloc(0);
  let seen = 0;
  try {
    for await (const chunk of processFiles.chunks(path)) {
      const fresh = chunk.subarray(Math.max(0, start - seen));
      seen += chunk.length;
      end = Buffer.concat([end, fresh]).subarray(-MAX_TAIL_BYTES);
    }
  } catch {
    // The error then says without the log that the engine did not start.
  }
  return end.toString().trimEnd().split('\n').slice(-8);
}

function startError(lines: readonly string[], hint: string): GatewayError {
  return new GatewayError('ENGINE_UNREACHABLE', `Docker did not start:\n${lines.join('\n')}`, { hint });
}
