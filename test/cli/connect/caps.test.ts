/** Limits of connected clients, beside what the gateway offers to each. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ClientCap, capsOf, connections, describeCap } from '../../../src/cli/connect/caps.ts';
import { CLIENTS, clientOf } from '../../../src/clients/clients.ts';
import { type Part, reachedBy } from '../../../src/clients/connection.ts';
import { entryFor } from '../../../src/clients/dialects.ts';

const GATEWAY = { url: 'http://127.0.0.1:8001/mcp', file: '/x/hive.yaml' };
const CURSOR = clientOf('cursor') as (typeof CLIENTS)[number];

test('what an entry reaches must be known in the form of every client', () => {
  const parts: [string, string[], Part][] = [
    ['', [], { serverName: undefined, viewName: undefined }],
    ['/a%20b', ['a b'], { serverName: 'a b', viewName: undefined }],
    ['?view=some', ['--view', 'some'], { serverName: undefined, viewName: 'some' }],
  ];
  for (const client of CLIENTS)
    for (const [tail, words, part] of parts) {
      const args = ['/hive.mjs', 'stdio', ...words, '-c', GATEWAY.file];
      const http = entryFor(client, { kind: 'http', url: GATEWAY.url + tail }, 'hive');
      const stdio = entryFor(client, { kind: 'stdio', command: 'node', args }, 'hive');
      assert.deepEqual(reachedBy(http, GATEWAY), part, client.id);
      assert.deepEqual(reachedBy(stdio, GATEWAY), part, client.id);
    }
  assert.equal(reachedBy({ url: 'http://127.0.0.1:9/mcp' }, GATEWAY), undefined);
  assert.deepEqual(reachedBy({ url: `${GATEWAY.url}/%zz` }, GATEWAY)?.serverName, '%zz');
});

test('the entries of a file must be found, and a broken file must be none', (t) => {
  const home = mkdtempSync(join(tmpdir(), 'hive-caps-'));
  const before = process.env.HOME;
  process.env.HOME = home;
  t.after(() => {
    process.env.HOME = before;
    rmSync(home, { recursive: true });
  });
  mkdirSync(join(home, '.cursor'));
  const path = join(home, '.cursor/mcp.json');
  const mcpServers = {
    hive: { url: GATEWAY.url },
    one: { url: `${GATEWAY.url}/a` },
    other: { url: 'http://x' },
  };
  writeFileSync(path, JSON.stringify({ mcpServers }));
  const found = connections(GATEWAY, [CURSOR]);
  assert.deepEqual(
    found.map((it) => [it.path, it.entry, it.serverName]),
    [
      [path, 'hive', undefined],
      [path, 'one', 'a'],
    ],
  );
  writeFileSync(path, '{ "mcpServers": [');
  assert.deepEqual(connections(GATEWAY, [CURSOR]), []);
});

test('a client must be over its limit by the tools that its own entry offers', async () => {
  const to = (serverName?: string, viewName?: string) => ({
    ...{ client: CURSOR, path: '/p', entry: 'hive', serverName, viewName },
  });
  const all = [to(), to('a'), to(undefined, 'few'), to(undefined, 'gone')];
  const counts: Record<string, number> = { all: 57, a: 12, few: 40 };
  const caps = await capsOf(all, async ({ serverName, viewName }) => counts[serverName ?? viewName ?? 'all']);
  assert.deepEqual(
    caps.map(({ maxTools, tools, isOver }) => [maxTools, tools, isOver]),
    [
      [40, 57, true],
      [40, 12, false],
      [40, 40, false],
      [40, null, false],
    ],
  );
});

test('the line of a client must name what to write for the whole gateway, a server and a view', () => {
  const cap: ClientCap = {
    ...{ client: 'cursor', title: 'Cursor', file: '/p', connectedAs: 'hive', server: null, view: null },
    ...{ maxTools: 40, tools: 57, isOver: true },
  };
  assert.equal(
    describeCap(cap),
    'Cursor passes on 40 of the 57 tools: write views: { cursor: { limit: 40 } }, ' +
      'then npx hive connect cursor --view cursor; or choose with tools: { allow: […] }',
  );
  assert.match(
    describeCap({ ...cap, server: 'a' }),
    /tools of a: choose them with tools: \{ allow: \[…\] \}/,
  );
  assert.match(describeCap({ ...cap, view: 'v' }), /of its view: write views: \{ v: \{ limit: 40 \} \}/);
});
