/** Rows of Hive, one gateway for all: every link and transport. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { callBody, modernCall, openSessions } from '../mcp.mjs';
import { freePort, run, start, stop, untilReady } from '../processes.mjs';
import { IMAGE, SERVER } from './direct.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** Options of V8, for experiments. */
const FLAGS = (process.env.HIVE_BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean);
export const container = (more) => ({
  type: 'container',
  image: IMAGE,
  pull: 'never',
  volumes: [`${SERVER}:/server.mjs:ro`],
  ...more,
});
const native = () => ({ type: 'native', command: process.execPath, args: [SERVER] });
const overStdio = (link) => container({ link, command: 'node /server.mjs' });

export const hive = [
  { name: 'hive-native', title: 'Hive → native stdio', server: native },
  {
    name: 'hive-modern',
    title: 'Hive → native stdio, clients of 2026-07-28',
    server: native,
    isModern: true,
  },
  { name: 'hive-pipe', title: 'Hive → container by pipe', server: () => overStdio('pipe') },
  { name: 'hive-attach', title: 'Hive → container by attach', server: () => overStdio('attach') },
  { name: 'hive-exec', title: 'Hive → container by exec', server: () => overStdio('exec') },
  { name: 'hive-http', title: 'Hive → native HTTP', server: nativeHttp },
  {
    name: 'hive-http-container',
    title: 'Hive → container over HTTP',
    server: () => container({ transport: 'http', port: 3000, command: 'node /server.mjs 3000' }),
  },
].map((row) => ({ ...row, open: (context) => openRow(row, context) }));

/** Another checkout of Hive, to measure a change: `--base FOLDER`. */
export const base = {
  name: 'hive-base',
  title: 'Hive of --base → native stdio',
  async open({ base: root, clients, atEnd }) {
    if (root === undefined) throw new Error('no --base given');
    const config = { servers: { native: { command: process.execPath, args: [SERVER] } } };
    const { url, pid } = await startHive(config, atEnd, root);
    await untilSettled(url);
    const sessions = await openSessions(url, clients);
    return {
      kind: 'http',
      port: Number(new URL(url).port),
      path: '/mcp',
      pid,
      sessions,
      body: callBody('native_bytes'),
    };
  },
};

const serverName = ({ name }) => name.replaceAll('-', '_');

async function nativeHttp() {
  const port = await freePort();
  start([process.execPath, SERVER, String(port)]);
  return { type: 'remote', url: `http://127.0.0.1:${port}/mcp` };
}

let gateway;

async function openRow(row, context) {
  gateway ??= startGateway(context);
  const { port, pid, sessions, failed } = await gateway;
  const problem = failed.get(serverName(row));
  if (problem) throw new Error(problem);
  const tool = `${serverName(row)}_bytes`;
  const target = { kind: 'http', port, path: '/mcp', pid };
  return row.isModern ? { ...target, ...modernCall(tool) } : { ...target, sessions, body: callBody(tool) };
}

/** Serves only what the selected rows need. */
async function startGateway({ rows, clients, atEnd }) {
  const wanted = hive.filter((row) => rows.includes(row.name));
  const servers = {};
  for (const row of wanted) servers[serverName(row)] = await row.server();
  const { url, pid } = await startHive({ servers }, atEnd);
  const failed = await untilSettled(url);
  return { port: Number(new URL(url).port), pid, sessions: await openSessions(url, clients), failed };
}

/** The program: the build, which `npm run bench` keeps fresh; the sources if there is no build, or for a profile by file. */
export function programme(root = ROOT) {
  const built = join(root, 'dist/main.js');
  return existsSync(built) && !process.env.HIVE_BENCH_SOURCE ? built : join(root, 'src/main.ts');
}

/** Runs `hive up` with this config in a temporary folder; resolves once it listens. `again` starts it again after `stop` or `down`. */
export async function startHive(config, atEnd, root = ROOT, flags = FLAGS) {
  const main = programme(root);
  const folder = mkdtempSync(join(tmpdir(), 'hive-bench-'));
  const file = join(folder, 'hive.json');
  const env = { HIVE_STATE_DIR: join(folder, 'state'), NO_COLOR: '1' };
  const name = `hivebench-${process.pid}-${folder.slice(-6).toLowerCase()}`;
  const save = (next) =>
    writeFileSync(file, JSON.stringify({ name, gateway: { port: 0, discover: false }, ...next }));
  save(config);
  const serve = async () => {
    const began = performance.now();
    const started = start([process.execPath, ...flags, main, 'up', '-c', file], { env, cwd: folder });
    const url = await untilReady(started, async () => /listening at (\S+);/.exec(started.output)?.[1]);
    return Object.assign(started, { url, began, stop: () => stop(started) });
  };
  const down = () =>
    run([process.execPath, main, 'down', '--volumes', '-c', file], { env: { ...process.env, ...env } });
  atEnd(async () => {
    await down();
    rmSync(folder, { recursive: true, force: true });
  });
  return { ...(await serve()), name, folder, file, env, save, down, again: serve };
}

/** Waits until every server is ready or failed; returns the reasons of failed servers by name. */
export async function untilSettled(url) {
  for (;;) {
    /** @type {any} */
    const { servers } = await (await fetch(new URL('/health', url))).json();
    const open = servers.filter(({ state }) => state !== 'ready' && state !== 'failed');
    const failed = servers.filter(({ state }) => state === 'failed');
    if (open.length === 0) return new Map(failed.map(({ name, reason }) => [name, String(reason)]));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
