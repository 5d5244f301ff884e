/**
 * `npm test`: sets up an engine (if there is none, and this is root) and base images, runs lint, types and every test, then
 * looks for leaks. With arguments, it runs only those test files. Runs on Node 24. An engine that it started keeps running:
 * by the time the tests end, others may be using it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toolVersions } from '../src/engine-versions.ts';
import { renderError, toGatewayError } from '../src/errors.ts';
import { ensureEngine } from '../src/setup/ensure-engine.ts';
import { ensureBaseImages } from '../src/setup/images/base-images.ts';
import { describeSteps } from '../src/setup/install-step.ts';
import { findLeaks } from './leak-check.mjs';
import { npmCommand } from './packages.mjs';

const ROOT = join(import.meta.dirname, '..');
const BASES = ['node:24-slim', 'python:3.13-slim'];
const TEST_TIMEOUT_MS = 300_000;

const files = process.argv.slice(2);
try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${renderError(toGatewayError(error))}\n`);
  process.exitCode = 1;
}

async function main() {
  const engine = await ensureEngine(ports());
  Object.assign(process.env, engine.env);
  const bases = await ensureBaseImages(BASES, engine, ports());
  for (const outcome of bases.values()) if (outcome.kind === 'missing') throw outcome.error;
  const { compose, buildx } = await toolVersions(engine);
  say(`engine: ${engine.flavour} ${engine.version}, compose ${compose}, buildx ${buildx}`);

  /** @type {string[]} */
  const failed = [];
  if (files.length === 0 && !(await run([...npmCommand(), 'run', '--silent', 'check'], process.env))) {
    failed.push('lint and types');
  }
  const leaks = await runTests(failed);
  for (const leak of leaks) say(`left behind: ${leak}`);
  if (leaks.length > 0) failed.push(`${leaks.length} things left behind`);
  say(failed.length === 0 ? 'all passed, nothing left behind' : `failed: ${failed.join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

/**
 * @param {string[]} failed gets `tests` if any fails
 * @returns {Promise<string[]>} what the tests left behind
 */
async function runTests(failed) {
  const runId = randomBytes(6).toString('hex');
  const folder = join(tmpdir(), `hive-test-${runId}`);
  mkdirSync(folder, { mode: 0o700 });
  startWatchdog(runId);
  const runner = [
    process.execPath,
    '--test',
    '--test-reporter=spec',
    '--test-concurrency=2',
    `--test-timeout=${TEST_TIMEOUT_MS}`,
    ...(files.length > 0 ? files : ['test/**/*.test.ts']),
  ];
  const env = { ...process.env, HIVE_TEST_RUN: runId, HIVE_TEST_PROGRAM: 'dist/main.js', TMPDIR: folder };
  if (!(await run(runner, env))) failed.push('tests');
  const leaks = await findLeaks({ runId, folder });
  if (leaks.length === 0) rmSync(folder, { recursive: true, force: true });
  return leaks;
}

/**
 * Starts a shell that cleans up after this process ends, even by SIGKILL: its input pipe closes then. It kills every process
 * with the run's mark and removes containers and networks with the run's id.
 *
 * @param {string} runId
 */
function startWatchdog(runId) {
  const script = `trap '' HUP INT TERM; read -r _
    for file in $(grep -lsazx -- "HIVE_TEST_RUN=$1" /proc/[0-9]*/environ); do
      pid=\${file#/proc/}; kill -KILL "\${pid%/environ}" 2>/dev/null
    done
    for try in 1 2 3; do
      ids=$(docker ps -a --format '{{.ID}} {{.Names}} {{.Labels}}' | grep -F "$1" | cut -d ' ' -f 1)
      [ -z "$ids" ] || docker rm -f -v $ids
      sleep 1
    done
    ids=$(docker network ls --format '{{.ID}} {{.Name}}' | grep -F "$1" | cut -d ' ' -f 1)
    [ -z "$ids" ] || docker network rm $ids`;
  const { PATH, DOCKER_HOST } = process.env;
  spawn('/bin/sh', ['-c', script, 'sh', runId], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH, DOCKER_HOST },
  }).unref();
}

/**
 * Runs a program to its end, with this process's output. SIGTERM is passed on.
 *
 * @param {readonly string[]} argv
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<boolean>} true if it exited with 0
 */
function run([file = '', ...args], env) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: ROOT, env, stdio: ['ignore', 'inherit', 'inherit'] });
    const stop = () => child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    child.once('error', (error) => {
      say(error.message);
      resolve(false);
    });
    child.once('close', (code) => {
      process.off('SIGTERM', stop);
      resolve(code === 0);
    });
  });
}

/** @returns {import('../src/setup/ensure-engine.ts').SetupPorts} */
function ports() {
  const shown = new Map();
  return {
    progress({ name, state, detail, percent }) {
      if (state !== 'running') say(`${name}: ${state}${detail ? ` (${detail})` : ''}`);
      const tenth = Math.floor((percent ?? 0) / 10);
      if (percent !== undefined && shown.get(name) !== tenth) say(`${name}: ${percent} %`);
      shown.set(name, tenth);
    },
    async mayChange(steps) {
      say(
        `There is no usable container engine here. As root, the tests set one up:\n${describeSteps(steps)}`,
      );
      return true;
    },
  };
}

/** @param {string} text */
function say(text) {
  process.stdout.write(`${text}\n`);
}
