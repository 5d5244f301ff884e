/** Limits of a link over HTTP: its connections, and the time for the end of its session. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openHttp } from '../../../../src/runtime/links/http/http.ts';
import { collect } from '../../../contract/collect.ts';

async function serving(t: TestContext, respond: RequestListener): Promise<string> {
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const request = (id: number, method = 'ping'): Buffer =>
  Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"${method}","params":{}}`);

test('a server must get 256 requests at once, and no more', async (t) => {
  let arrived = 0;
  const all = Promise.withResolvers<void>();
  const url = await serving(t, () => {
    arrived += 1;
    if (arrived === 256) all.resolve();
  });
  const link = openHttp({ url, headers: {} }, collect().events);
  for (let id = 0; id < 300; id++) link.send(request(id)).catch(() => {});
  await all.promise;
  // One that is over makes room for the next, so no other can be on its way.
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(arrived, 256);
  await link.close(0);
});

test('a server must have 2 s to delete a session', async (t) => {
  const url = await serving(t, (incoming, response) => {
    if (incoming.method === 'DELETE') response.writeHead(204).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' })
        .end('{"jsonrpc":"2.0","id":1,"result":{"protocolVersion":"2025-11-25","capabilities":{}}}');
  });
  const link = openHttp({ url, headers: {} }, collect().events);
  await link.send(request(1, 'initialize'));
  const timeout = t.mock.method(AbortSignal, 'timeout');
  await link.close(60_000);
  assert.deepEqual(
    timeout.mock.calls.map(({ arguments: [ms] }) => ms),
    [2_000],
  );
});
