/**
 * `npm run real-servers [-- NAME…]`: installs published servers, asks each directly and through the gateway, natively and
 * some in containers, and prints where the two differ. Fails if a server that works alone does not work behind Hive. A run
 * with all servers writes bench/results/real-servers-DATE-COMMIT.md.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import pLimit from 'p-limit';
import { MAIN } from '../helpers/program.ts';
import { type Installed, install } from './install.ts';
import { keep } from './keep.ts';
import { inFolder, type Observed, observe } from './observe.ts';
import { differences, explain, say, table } from './report.ts';
import { REAL_SERVERS, type RealServer } from './servers.ts';
import { direct, type Program, through } from './session.ts';

const ROOT = join(import.meta.dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/real-servers');
const API_NAME = /^[a-zA-Z0-9_-]{1,64}$/;
const UP_MS = 600_000;

type Ready = Extract<Installed, { command: string }>;
type Seen = ReadonlyMap<string, Observed | Error>;
interface Status {
  readonly url: string;
  readonly servers: readonly { serverName: string; state: string; reason?: string }[];
}

async function main(names: readonly string[]): Promise<number> {
  const chosen = REAL_SERVERS.filter(({ name }) => names.length === 0 || names.includes(name));
  mkdirSync(CACHE, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'hive-real-'));
  const work = join(folder, 'work');
  mkdirSync(work);
  try {
    for (const { name } of chosen) await execa('git', ['init', '-q', join(work, name)]);
    const installed = await inPairs(chosen, (server) => install(server, CACHE));
    const ready = installed.filter((it): it is Ready => 'command' in it);
    const said: string[] = [];
    const note = (text: string): void => {
      said.push(text);
      say(text);
    };
    for (const it of installed) if ('why' in it) note(`${it.server.name} cannot be installed: ${it.why}`);
    const alone = await observeAlone(ready, work);
    const native = await observeServed('native', nativeEntries(ready, work), ready, work, note);
    const boxed = ready.filter(({ server }) => server.inContainer);
    const contained = await observeServed('containers', containerEntries(boxed, work), boxed, work, note);
    const rows = ready.map(({ server }) => ({
      server,
      alone: alone.get(server.name) as Observed | Error,
      native: native.get(server.name),
      contained: contained.get(server.name),
    }));
    rows.forEach(explain);
    const lines = [...table(rows), '', ...said.map((text) => `- ${text}`)];
    say(`\n${lines.join('\n')}`);
    if (names.length === 0) await keep(lines);
    return differences(rows) + installed.length - ready.length === 0 ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two at a time: more would only wait for each other on a small machine. */
async function inPairs<A, B>(items: readonly A[], work: (item: A) => Promise<B>): Promise<B[]> {
  const limit = pLimit(2);
  return Promise.all(items.map((item) => limit(() => work(item))));
}

function programOf({ server, command, args }: Ready, work: string): Program {
  const { args: more = [], env = {}, name } = server;
  const folder = join(work, name);
  return { command, args: inFolder([...args, ...more], folder), env: inFolder(env, folder), folder };
}

async function observeAlone(ready: readonly Ready[], work: string): Promise<Seen> {
  const seen = await inPairs(ready, async (it) => {
    try {
      const session = await direct(programOf(it, work));
      return await observe(session, it.server, work).finally(() => session.close());
    } catch (error) {
      return error as Error;
    }
  });
  return new Map(ready.map(({ server }, index) => [server.name, seen[index] as Observed | Error]));
}

const nativeEntries = (ready: readonly Ready[], work: string): object =>
  Object.fromEntries(
    ready.map((it) => {
      const { command, args, env, folder } = programOf(it, work);
      return [it.server.name, { command: [command, ...args], env, workdir: folder, inheritEnv: true }];
    }),
  );

/** The folder of the run stands at the same path inside, so that results can be compared. */
const containerEntries = (ready: readonly Ready[], work: string): object =>
  Object.fromEntries(
    ready.map(({ server }) => {
      const { args = [], env = {}, package: name, version, from, debian = [] } = server;
      const dockerfile = join(work, '..', `${server.name}.Dockerfile`);
      const npm = `FROM node:24-slim\nRUN npm install -g --ignore-scripts ${name}@${version}\n`;
      const apt = debian.length > 0 ? `RUN apt-get update && apt-get install -y ${debian.join(' ')}\n` : '';
      const pypi = `FROM python:3.13-slim\n${apt}RUN pip install --no-cache-dir ${name}==${version}\n`;
      writeFileSync(dockerfile, from === 'npm' ? npm : pypi);
      const command = from === 'npm' ? ['npx', '--no-install', name] : [server.program ?? name];
      const entry = { dockerfile, command: [...command, ...args], env, volumes: ['@work:@work'] };
      return [server.name, { ...inFolder(entry, join(work, server.name)), user: '0:0' }];
    }),
  );

/** Serves the entries with the real program, and asks for each at its own endpoint. */
async function observeServed(
  what: string,
  servers: object,
  ready: readonly Ready[],
  work: string,
  note: (text: string) => void,
): Promise<Seen> {
  const seen = new Map<string, Observed | Error>();
  if (ready.length === 0) return seen;
  const file = join(work, '..', `${what}.json`);
  const timeouts = { start: '2m' };
  writeFileSync(
    file,
    JSON.stringify({ name: `hive-real-${what}`, gateway: { port: 0 }, defaults: { timeouts }, servers }),
  );
  const hive = (...args: string[]) =>
    execa(process.execPath, [MAIN, ...args, '-c', file], {
      env: { HIVE_STATE_DIR: join(work, '../state') },
      reject: false,
      timeout: UP_MS,
    });
  const startedAt = performance.now();
  try {
    const up = await hive('up', '-d');
    if (up.exitCode !== 0) throw new Error(up.stderr);
    note(`${what}: up after ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
    const { url, servers: states } = JSON.parse((await hive('ps', '--json')).stdout) as Status;
    const byName = new Map(states.map((it) => [it.serverName, it]));
    for (const { server } of ready) {
      const { state, reason = '' } = byName.get(server.name) ?? { state: 'missing' };
      const isReady = state === 'ready';
      const found = isReady ? await observeThrough(`${url}/${server.name}`, server, work) : undefined;
      seen.set(server.name, found ?? new Error(`${state}: ${reason}`));
    }
    await checkMerged(what, url, note);
  } finally {
    say((await hive('down', '--volumes')).stdout.split('\n')[0] ?? '');
  }
  return seen;
}

async function observeThrough(url: string, server: RealServer, work: string): Promise<Observed | Error> {
  try {
    const session = await through(url);
    return await observe(session, server, work).finally(() => session.close());
  } catch (error) {
    return error as Error;
  }
}

/** The merged list must suit the interfaces of models. */
async function checkMerged(what: string, url: string, note: (text: string) => void): Promise<void> {
  const session = await through(url);
  const { tools } = (await session.ask('tools/list')) as { tools: { name: string }[] };
  await session.close();
  const names = tools.map(({ name }) => name);
  const bad = names.filter((name) => !API_NAME.test(name));
  const doubled = names.filter((name, index) => names.indexOf(name) !== index);
  note(
    `${what}: merged: ${names.length} tools, ${bad.length} names that no model takes, ${doubled.length} doubled`,
  );
  for (const name of [...bad, ...doubled]) say(`  ${name}`);
  if (bad.length + doubled.length > 0) process.exitCode = 1;
}

const code = await main(process.argv.slice(2));
process.exitCode ||= code;
