import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { ToolListChangedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { createStack, native, type Running, SERVERS, type Stack } from '../helpers/hive.ts';

/** A remote server that changes its version while running. */
async function changing(t: TestContext, mode: string) {
  const child = spawn(process.execPath, [join(SERVERS, 'changing.mjs'), mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(async () => {
    child.kill();
    await once(child, 'exit');
  });
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  const origin = `http://127.0.0.1:${String(port).trim()}`;
  return {
    url: `${origin}/mcp`,
    become: (next: string) => fetch(`${origin}/become`, { method: 'POST', body: next }),
  };
}

const untilVersion = (hive: Running, version: string) =>
  hive.until(
    `it is spoken to in ${version}`,
    ({ servers: [it] }) => it?.state === 'ready' && it.protocolVersion === version,
  );

function eraIn(stack: Stack): string[] {
  const { eras } = openStateDir(stack.file, { HIVE_STATE_DIR: join(stack.folder, '.state') });
  const { entries } = JSON.parse(readFileSync(eras, 'utf8')) as { entries: Record<string, { era: string }> };
  return Object.values(entries).map(({ era }) => era);
}

const call = (client: Client, name: string) => client.callTool({ name, arguments: {} });
const names = async (client: Client) => (await client.listTools()).tools.map(({ name }) => name);

const OLD = '2025-06-18';
const NEW = '2026-07-28';
const NAMES: Readonly<Record<string, string>> = { [OLD]: 'away_old', [NEW]: 'away_new' };

for (const [before, from, after, to] of [
  ['modern', NEW, 'legacy', OLD],
  ['modern', NEW, 'stateless', OLD],
  ['legacy', OLD, 'modern', NEW],
  ['stateless', OLD, 'modern', NEW],
  ['legacy', OLD, 'forgetful', NEW],
] as const) {
  test(`a remote server that changed from ${before} to ${after} must be detected by its first refusal`, async (t) => {
    const server = await changing(t, before);
    const stack = createStack(t, { servers: { away: { url: server.url } } });
    const hive = await stack.up();
    await untilVersion(hive, from);
    const client = await hive.client();
    assert.deepEqual(await names(client), [NAMES[from]]);
    const told = Promise.withResolvers<void>();
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => told.resolve());
    await server.become(after);
    const { content } = await call(client, NAMES[from] ?? '');
    assert.deepEqual(
      content,
      [{ type: 'text', text: to === NEW ? 'modern' : 'legacy' }],
      'what did nothing is made again',
    );
    await untilVersion(hive, to);
    await told.promise;
    assert.deepEqual(await names(client), [NAMES[to]]);
    assert.ok((await call(client, NAMES[to] ?? '')).content);
    assert.deepEqual(eraIn(stack), [to === NEW ? 'modern' : 'legacy']);
  });
}

test('a changed server without calls must be detected by the next ping, and calls made meanwhile must wait', async (t) => {
  const server = await changing(t, 'modern');
  const stack = createStack(t, { servers: { away: { url: server.url, timeouts: { health: '300ms' } } } });
  const hive = await stack.up();
  await untilVersion(hive, NEW);
  await server.become('legacy');
  await untilVersion(hive, OLD);
  // The server changes back so soon that both versions may be answering in turn; Hive must still detect it, a little later.
  await server.become('modern');
  await untilVersion(hive, NEW);
  const client = await hive.client();
  assert.ok((await call(client, 'away_new')).content);
});

test('a stdio server with another protocol version after its restart must be served in that version, in both directions', async (t) => {
  const stack = createStack(t, {});
  const mode = join(stack.folder, 'mode');
  writeFileSync(mode, 'locks');
  stack.save({ servers: { here: native('eras', mode) } });
  const hive = await stack.up();
  await untilVersion(hive, NEW);
  for (const [next, version, era] of [
    ['odd', OLD, 'legacy'],
    ['loading', NEW, 'modern'],
  ] as const) {
    writeFileSync(mode, next);
    const { servers } = await hive.control.status();
    process.kill(servers[0]?.pid ?? 0, 'SIGKILL');
    await untilVersion(hive, version);
    assert.deepEqual(eraIn(stack), [era]);
  }
});
