/**
 * Each key of the config file, outside of the servers' own, takes effect when the file is saved, or is named
 * at once.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stackSchema } from '../src/config/schema/stack.ts';
import { type Gateway, startGateway } from '../src/gateway.ts';
import { type StackFolder, settingsOf, stackFolder } from './helpers/stack-folder.ts';

interface Serving extends StackFolder {
  readonly gateway: Gateway;
  /** What was printed so far. */
  readonly said: readonly string[];
  /** The status of GET /mcp. */
  get(headers?: IncomingHttpHeaders): Promise<number | undefined>;
  names(): string[];
}

async function serve(t: TestContext, config: object): Promise<Serving> {
  const place = stackFolder(t, config);
  const said: string[] = [];
  const gateway = await startGateway({ ...(await settingsOf(place)), say: (text) => said.push(text) });
  t.after(() => gateway.close());
  const get = (headers: IncomingHttpHeaders = {}): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const accept = 'text/plain';
      const sent = request(gateway.url, { headers: { accept, ...headers }, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      sent.on('error', reject).end();
    });
  const names = (): string[] => gateway.control.status().servers.map(({ serverName }) => serverName);
  return { ...place, gateway, said, get, names };
}

const SERVER = { url: 'http://127.0.0.1:9/mcp', start: 'lazy' };
const AUTH = { tokens: { laptop: `sha256:${'0'.repeat(64)}` } };
const ELSEWHERE = { host: 'gateway.example' };
const PAGE = { origin: 'https://page.example' };

interface Key {
  /** The whole config before and after the edit. */
  readonly before?: object;
  readonly after: object;
  /** False before the edit, true some time after it, and false again after it has been taken back. */
  readonly holds: (serving: Serving) => boolean | Promise<boolean>;
  /**
   * `applied` if nothing is said here. `named`: not applied, but printed. `kept`: what it made is not undone
   * with it.
   */
  readonly outcome?: 'named' | 'kept';
}

const said =
  (text: RegExp): Key['holds'] =>
  ({ said }) =>
    said.some((line) => text.test(line));
const gateway = (keys: object): object => ({ gateway: { port: 0, ...keys } });

const KEYS: Readonly<Record<string, Key>> = {
  name: { after: { name: 'y' }, holds: said(/cannot change its name from x to y/), outcome: 'named' },
  composeFile: {
    before: { servers: { box: { image: 'i' } } },
    after: { servers: { box: { image: 'i' } }, composeFile: 'other.yml' },
    holds: ({ folder }) => existsSync(join(folder, 'other.yml')),
    outcome: 'kept',
  },
  auth: { after: { auth: AUTH }, holds: async ({ get }) => (await get()) === 401 },
  views: {
    after: { views: { v: {} } },
    holds: async ({ gateway }) =>
      (await fetch(`${gateway.url}?view=v`, { headers: { accept: 'text/plain' } })).ok,
  },
  logs: {
    after: { logs: {} },
    // Places on disk are named by days, those in memory by milliseconds.
    holds: async ({ gateway }) =>
      /^newer:\d{8}[-.]/.test((await gateway.control.searchLogs({ limit: 1 })).newer),
  },
  defaults: {
    before: { servers: { box: { image: 'i' } } },
    after: { servers: { box: { image: 'i' } }, defaults: { container: { memory: '64m' } } },
    holds: ({ folder }) => readFileSync(join(folder, 'docker-compose.mcp.yml'), 'utf8').includes('64m'),
  },
  include: { after: { include: 'more.yaml' }, holds: ({ names }) => names().includes('more') },
  servers: { after: { servers: { s: SERVER } }, holds: ({ names }) => names().includes('s') },
  mcpServers: { after: { mcpServers: { m: SERVER } }, holds: ({ names }) => names().includes('m') },
  'gateway.host': {
    after: gateway({ host: 'localhost' }),
    holds: said(/^gateway\.host is localhost in hive\.yaml now, but this gateway stays at /),
    outcome: 'named',
  },
  'gateway.port': {
    after: gateway({ port: 1 }),
    holds: said(/^gateway\.port is 1 in hive\.yaml now, but this gateway stays at /),
    outcome: 'named',
  },
  'gateway.allowedHosts': {
    after: gateway({ allowedHosts: [ELSEWHERE.host] }),
    holds: async ({ get }) => (await get(ELSEWHERE)) === 200,
  },
  'gateway.allowedOrigins': {
    after: gateway({ allowedOrigins: [PAGE.origin] }),
    holds: async ({ get }) => (await get(PAGE)) === 200,
  },
};

/** Keys that nothing here can show, and what does. */
const ELSEWHERE_PROVEN: Readonly<Record<string, string>> = {
  $schema: 'for editors: Hive does not read it',
  gateway: 'its keys are below',
  'gateway.discover': 'test/reload.test.ts: labelled containers of others',
};

test('no key may be missing in this table', () => {
  const { shape } = stackSchema;
  const all = [
    ...Object.keys(shape),
    ...Object.keys(shape.gateway.unwrap().shape).map((key) => `gateway.${key}`),
  ];
  assert.deepEqual([...Object.keys(KEYS), ...Object.keys(ELSEWHERE_PROVEN)].sort(), all.sort());
});

for (const [key, { before = {}, after, holds, outcome }] of Object.entries(KEYS))
  test(`an edit of \`${key}\` must ${outcome === 'named' ? 'be named' : 'take effect'} at once`, async (t) => {
    const serving = await serve(t, before);
    writeFileSync(join(serving.folder, 'more.yaml'), JSON.stringify({ servers: { more: SERVER } }));
    const untilIt = async (expected: boolean): Promise<void> => {
      while ((await holds(serving)) !== expected) await sleep(10);
    };
    assert.equal(await holds(serving), false);
    serving.save(after);
    await untilIt(true);
    if (outcome) return;
    serving.save(before);
    await untilIt(false);
  });
