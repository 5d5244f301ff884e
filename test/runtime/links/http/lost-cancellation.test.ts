/** A cancellation over HTTP whose POST fails. */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { test } from 'node:test';
import { openHttp } from '../../../../src/runtime/links/http/http.ts';
import { collect } from '../../../contract/collect.ts';

test('a cancelled call must release its connection even if the server does not take the cancellation', async (t) => {
  const called = Promise.withResolvers<IncomingMessage>();
  const server = createServer(async (request) => {
    const { method } = (await json(request)) as { method: string };
    if (method === 'tools/call') called.resolve(request);
    else request.socket.resetAndDestroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const link = openHttp(
    { url: `http://127.0.0.1:${port}/mcp`, headers: {}, failFast: true },
    collect().events,
  );
  const send = (message: object) => link.send(Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message })));
  void send({ id: 7, method: 'tools/call' });
  const closed = once((await called.promise).socket, 'close');
  await send({ method: 'notifications/cancelled', params: { requestId: 7 } });
  await closed;
  await link.close(0);
});
