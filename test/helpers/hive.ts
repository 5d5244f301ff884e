/** Harness of the scenarios: one stack, driven by the real command line. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { execa } from 'execa';
import { stringify } from 'yaml';
import { type ControlClient, connectControl } from '../../src/cli/stack/control-client.ts';
import { GatewayError } from '../../src/errors.ts';
import type { GatewayStatus, ServerStatus } from '../../src/model/status.ts';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { MAIN } from './program.ts';
import { guardStack, requireGuard, unguardStack } from './watchdog.ts';

const ROOT = join(import.meta.dirname, '../..');
export const SERVERS = join(ROOT, 'test/servers');
/** Longest wait for any state, including an image build on a slow machine; less than the time limit of a test. */
const PATIENCE = 240_000;

/** A stack in a temporary folder, driven by the real command line. Everything it created is removed after the test. */
export interface Stack {
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  /** Saves the config; `name` and a free port are added unless given. */
  save(config: Record<string, unknown>): void;
  /** Text that `save` would write. */
  text(config: Record<string, unknown>): string;
  /** Starts `hive up`, optionally prefixed by another command, and resolves once it listens. */
  up(env?: Record<string, string>, before?: readonly string[]): Promise<Running>;
  /** Runs any command; `-c` is added. Never throws. */
  hive(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>;
  /** Starts a command that does not end by itself; the caller must end it. */
  start(...args: string[]): ChildProcess;
  /** Docker's view of the stack's containers: `server → id`. */
  containers(): Promise<Map<string, string>>;
}

export interface Running {
  readonly child: ChildProcess;
  readonly control: ControlClient;
  readonly url: string;
  /** Output so far. */
  output(): string;
  /** Resolves with the first status that satisfies the condition; rejects with the last status seen. */
  until(what: string, satisfied: (status: GatewayStatus) => boolean): Promise<GatewayStatus>;
  untilServer(serverName: string, state: ServerStatus['state']): Promise<ServerStatus>;
  /** Resolves when the output contains the text. */
  untilPrinted(text: string | RegExp): Promise<void>;
  client(path?: string): Promise<Client>;
  /** Sends SIGTERM and resolves with the exit code. */
  stop(): Promise<number | null>;
}

export function createStack(t: TestContext, config: Record<string, unknown>): Stack {
  // With the run's id in its name, the leak check can distinguish this stack from others on the same engine.
  const name = `hivetest-${process.env.HIVE_TEST_RUN ?? ''}${randomBytes(4).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const file = join(folder, 'hive.yaml');
  const env = {
    ...process.env,
    HIVE_STATE_DIR: join(folder, '.state'),
    HIVE_SECRETS_KEY: 'file',
    NO_COLOR: '1',
  };
  const live = new Set<Running>();
  const text: Stack['text'] = (next) => stringify({ name, gateway: { port: 0, discover: false }, ...next });
  const save: Stack['save'] = (next) => writeFileSync(file, text(next));
  save(config);
  guardStack(name, folder);

  const start = (
    args: readonly string[],
    env: NodeJS.ProcessEnv,
    before: readonly string[] = [],
  ): ChildProcess => {
    requireGuard();
    const [program = '', ...words] = [...before, process.execPath, MAIN, ...args, '-c', file];
    return spawn(program, words, { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  };
  const hive: Stack['hive'] = async (...args) => {
    requireGuard();
    const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, ...args, '-c', file], {
      env,
      cwd: folder,
      reject: false,
      stdin: 'ignore',
      timeout: PATIENCE,
    });
    return { exitCode, stdout, stderr };
  };

  t.after(async () => {
    if (!(t as TestContext & { passed: boolean }).passed) keepEvidence(t, live);
    for (const running of live) await running.stop();
    writeFileSync(file, stringify({ name, servers: {} }));
    await hive('down', '--volumes');
    await removeImages(name);
    rmSync(folder, { recursive: true, force: true });
    unguardStack(name);
  });

  return {
    name,
    folder,
    file,
    save,
    text,
    hive,
    start: (...args) => start(args, env),
    async up(extra = {}, before = []) {
      const child = start(['up'], { ...env, ...extra }, before);
      const running = await follow(child, openStateDir(file, env).socket);
      live.add(running);
      child.once('exit', () => live.delete(running));
      return running;
    },
    async containers() {
      const { stdout } = await execa('docker', [
        'ps',
        '-a',
        '--no-trunc',
        '--filter',
        `label=mcp.stack=${name}`,
        '--format',
        '{{.Label "mcp.server"}} {{.ID}}',
      ]);
      return new Map(
        stdout
          .split('\n')
          .filter(Boolean)
          .map((line) => line.split(' ') as [string, string]),
      );
    },
  };
}

/** Images built for the stack; `down` keeps them so that the next `up` is quick. */
async function removeImages(name: string): Promise<void> {
  const { stdout } = await execa('docker', ['images', '-q', '--filter', `reference=hive/${name}-*`]);
  const images = [...new Set(stdout.split('\n').filter(Boolean))];
  if (images.length > 0) await execa('docker', ['rmi', '-f', ...images], { reject: false });
}

async function follow(child: ChildProcess, socket: string): Promise<Running> {
  let text = '';
  const clients = new Set<Client>();
  const listeners = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    text += chunk.toString();
    for (const listener of listeners) listener();
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const control = patient(await untilListening(child, socket, () => text), child);
  const { url } = await control.status();

  const until: Running['until'] = async (what, satisfied) => {
    const watcher = await connectControl(socket);
    if (!watcher) throw new Error(`the gateway is gone while waiting until ${what}\n${text}`);
    let last: GatewayStatus | undefined;
    const timer = setTimeout(() => void watcher.close(), PATIENCE);
    try {
      for await (const status of watcher.events()) {
        last = status;
        if (satisfied(status)) return status;
      }
    } catch {
      // Reported below, with the last state seen.
    } finally {
      clearTimeout(timer);
      await watcher.close();
    }
    throw new Error(
      `it never came that ${what}; last seen: ${JSON.stringify(last?.servers, null, 1)}\n${text}`,
    );
  };

  return {
    child,
    control,
    url,
    output: () => text,
    until,
    async untilServer(serverName, state) {
      const status = await until(`${serverName} is ${state}`, ({ servers }) =>
        servers.some((it) => it.serverName === serverName && it.state === state),
      );
      return status.servers.find((it) => it.serverName === serverName) as ServerStatus;
    },
    untilPrinted: (wanted) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`never printed: ${wanted}\n${text}`)), PATIENCE);
        const check = (): void => {
          if (!(typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text))) return;
          clearTimeout(timer);
          listeners.delete(check);
          resolve();
        };
        listeners.add(check);
        check();
      }),
    async client(path = '') {
      const client = new Client({ name: 'test', version: '1' });
      await client.connect(new StreamableHTTPClientTransport(new URL(`${url}${path}`)));
      clients.add(client);
      return client;
    },
    async stop() {
      for (const client of clients) await client.close();
      await control.close();
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const [code] = await ended;
      return code as number | null;
    },
  };
}

/** People get their answer within ten seconds, or an error. On a machine that is very busy it may come later. */
function patient(control: ControlClient, child: ChildProcess): ControlClient {
  const status = async (): Promise<GatewayStatus> => {
    for (const deadline = Date.now() + PATIENCE; ; )
      try {
        return await control.status();
      } catch (error) {
        const isLate = error instanceof GatewayError && error.code === 'NOT_RUNNING';
        if (!isLate || child.exitCode !== null || child.signalCode !== null || Date.now() > deadline)
          throw error;
      }
  };
  return { ...control, status };
}

async function untilListening(
  child: ChildProcess,
  socket: string,
  text: () => string,
): Promise<ControlClient> {
  const deadline = Date.now() + PATIENCE;
  while (Date.now() < deadline) {
    const control = await connectControl(socket);
    if (control) return control;
    if (child.exitCode !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`hive up did not start (exit ${child.exitCode}):\n${text()}`);
}

/** Keeps evidence of a failed scenario for readers of the CI log. */
function keepEvidence(t: TestContext, live: ReadonlySet<Running>): void {
  const folder = join(ROOT, 'test/.artifacts', t.name.replace(/[^\w]+/g, '-').slice(0, 80));
  mkdirSync(folder, { recursive: true });
  for (const [index, running] of [...live].entries()) {
    writeFileSync(join(folder, `gateway-${index}.txt`), running.output());
    process.stderr.write(`--- ${t.name}: what the gateway printed ---\n${running.output()}\n`);
  }
}

/** Entry of a native server from test/servers. */
export function native(program: string, ...args: string[]): Record<string, unknown> {
  return { type: 'native', command: [process.execPath, join(SERVERS, `${program}.mjs`), ...args] };
}

/** Entry of the same server in a container. */
export function container(program: string, ...args: string[]): Record<string, unknown> {
  return {
    type: 'container',
    image: 'node:24-slim',
    command: ['node', `/servers/${program}.mjs`, ...args],
    volumes: [`${SERVERS}:/servers:ro`],
    stopGrace: '1s',
  };
}
