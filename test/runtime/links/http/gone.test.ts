/** Calls to an HTTP server that is gone. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { openHttp } from '../../../../src/runtime/links/http/http.ts';
import { collect } from '../../../contract/collect.ts';

test('calls that find nobody listening any more must be reported as never sent, with the end of the link', async (t) => {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
    response.end('{"jsonrpc":"2.0","id":1,"result":{}}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const seen = collect();
  const engine = Promise.withResolvers<undefined>();
  const options = { url: `http://127.0.0.1:${port}/mcp`, headers: {}, ending: () => engine.promise };
  const link = openHttp(options, seen.events);
  t.after(() => link.close(0));
  await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'));
  server.close();
  await once(server, 'close');
  const call = (id: number): Promise<void> =>
    link.send(Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"tools/call"}`));
  const calls = [call(2), call(3)];
  await new Promise((resolve) => setTimeout(resolve, 50));
  engine.resolve(undefined);
  await Promise.all(calls);
  await seen.until(() => seen.closed.length > 0);
  assert.deepEqual(seen.closed, [
    { message: 'nothing listens there any more (ECONNREFUSED)', unsent: new Set(['2', '3']) },
  ]);
  assert.equal(seen.messages.length, 1);
  await assert.rejects(call(4), { code: 'SERVER_UNREACHABLE' });
});
