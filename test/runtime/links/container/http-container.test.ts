/** The wait for the engine's report, once the connection to a container's server is broken. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openHttpContainer } from '../../../../src/runtime/links/container/http-container.ts';
import { collect } from '../../../contract/collect.ts';
import { FakeEngine } from '../../../helpers/fake-engine.ts';

test('the engine must have 2 s to report an end that the connection has shown', async (t) => {
  const server = createServer((_, response) =>
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end('{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = async () => ({ url: `http://${host}/mcp`, host });
  const engine = new FakeEngine();
  const { containerId } = engine.create({ program: () => {} });
  const seen = collect();
  const target = { engine, containerId, start: () => engine.start(containerId), place };
  const link = await openHttpContainer(target, seen.events);
  await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}'));
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  const { setTimeout } = globalThis;
  const waits: number[] = [];
  t.mock.method(globalThis, 'setTimeout', (callback: () => void, ms = 0) => {
    waits.push(ms);
    return setTimeout(callback, ms / 100);
  });
  await link.send(Buffer.from('{"jsonrpc":"2.0","id":2,"method":"ping"}')).catch(() => {});
  await seen.until(() => seen.closed.length > 0);
  assert.ok(waits.includes(2_000), `${waits}`);
  await link.close(0);
});
