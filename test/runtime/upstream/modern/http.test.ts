import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openHttp } from '../../../../src/runtime/links/http/http.ts';
import { MODERN_CALLER } from '../../../helpers/caller.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { connect, parse } from '../harness.ts';
import { discovered, type Params, request } from '../modern-harness.ts';

/** A modern HTTP server; `answer` gets each request after the start. */
async function http(
  t: TestContext,
  answer: (
    message: { id: number; method: string; params: Params },
    request: IncomingMessage,
    response: ServerResponse,
  ) => void,
  tools: () => object[],
) {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const message = JSON.parse(Buffer.concat(chunks).toString());
    const own: Record<string, () => object> = {
      'server/discover': () => discovered({ tools: {} }),
      'tools/list': () => ({ result: { resultType: 'complete', tools: tools() } }),
    };
    const ready = own[message.method]?.();
    if (!ready) return answer(message, request, response);
    response.setHeader('content-type', 'application/json');
    return response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...ready }));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const { upstream, told } = await connect('s', {
    open: async (events) => openHttp({ url, headers: {}, failFast: true }, events),
    clock: fakeClock(0),
  });
  t.after(() => upstream.close(0));
  return { upstream, told };
}

const schema = (properties: object) => ({ type: 'object', properties });

test('arguments must be sent in the headers that a tool names, and a tool with impossible headers be left out', async (t) => {
  const seen: IncomingMessage['headers'][] = [];
  const inner = { type: 'object', properties: { deep: { type: 'boolean', 'x-mcp-header': 'Deep' } } };
  const tools = [
    {
      name: 'tööl',
      inputSchema: schema({
        a: { type: 'string', 'x-mcp-header': 'A' },
        n: { type: 'integer', 'x-mcp-header': 'N' },
        inner,
      }),
    },
    { name: 'bad', inputSchema: schema({ a: { type: 'number', 'x-mcp-header': 'A' } }) },
  ];
  const it = await http(
    t,
    ({ id }, request, response) => {
      seen.push(request.headers);
      response.writeHead(200, { 'content-type': 'application/json' }).end(`{"id":${id},"result":{}}`);
    },
    () => tools,
  );
  assert.deepEqual(
    it.upstream.inventory.tools.map(({ key }) => key),
    ['tööl'],
  );
  assert.match(it.told.noise.join(), /tool bad is left out/);
  for (const args of [
    { a: 'plain', n: -7, inner: { deep: true } },
    { a: ' é', n: null },
    { a: '=?base64?eA==?=' },
    { a: 'a\r\nb: c' },
    { a: ' b' },
  ])
    await it.upstream.call(request({ name: 'tööl', arguments: args })).reply;
  const header = (name: string) => seen.map((headers) => headers[name]);
  const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;
  assert.deepEqual(header('mcp-method'), Array(5).fill('tools/call'));
  assert.deepEqual(header('accept'), Array(5).fill('application/json, text/event-stream'));
  assert.deepEqual(header('mcp-name')[0], base64('tööl'));
  const encoded = [' é', '=?base64?eA==?=', 'a\r\nb: c', ' b'].map(base64);
  assert.deepEqual(header('mcp-param-a'), ['plain', ...encoded]);
  assert.deepEqual(header('mcp-param-n').slice(0, 2), ['-7', undefined]);
  assert.deepEqual(header('mcp-param-deep').slice(0, 2), ['true', undefined]);
});

test('outdated headers must be read again and the call repeated, once', async (t) => {
  let header = 'Old';
  const it = await http(
    t,
    ({ id }, request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.headers['mcp-param-new'] === 'v')
        return response.end(`{"jsonrpc":"2.0","id":${id},"result":{"ok":1}}`);
      header = 'New';
      return response
        .writeHead(400)
        .end(`{"jsonrpc":"2.0","id":null,"error":{"code":-32020,"message":"no"}}`);
    },
    () => [{ name: 'x', inputSchema: schema({ a: { type: 'string', 'x-mcp-header': header } }) }],
  );
  const reply = await it.upstream.call(request({ name: 'x', arguments: { a: 'v' } }), MODERN_CALLER).reply;
  assert.deepEqual(parse(reply), { ok: 1 });
  const other = await it.upstream.call(request({ name: 'x', arguments: {} }), MODERN_CALLER).reply;
  assert.equal(parse(other).code, -32020);
});

test('cancelling a call over HTTP must close its own response, and send nothing', async (t) => {
  const methods: string[] = [];
  const closed = Promise.withResolvers<string>();
  const arrived = Promise.withResolvers<void>();
  const it = await http(
    t,
    ({ id, method, params }, _request, response) => {
      methods.push(method);
      if (params.name === 'after') return void response.end(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      response.once('close', () => closed.resolve(method));
      arrived.resolve();
    },
    () => [],
  );
  const call = it.upstream.call(request({ name: 'x' }));
  await arrived.promise;
  call.cancel('enough');
  assert.equal(await closed.promise, 'tools/call');
  assert.equal(parse(await call.reply).code, -31003);
  await it.upstream.call(request({ name: 'after' })).reply;
  assert.deepEqual(methods, ['tools/call', 'tools/call']);
});

test('messages on the response of a call must belong to that call, however many are in flight', async (t) => {
  const waiting: [number, ServerResponse][] = [];
  const it = await http(
    t,
    ({ id }, _request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      waiting.push([id, response]);
      if (waiting.length < 2) return;
      for (const [id, open] of waiting) {
        const message = { jsonrpc: '2.0', method: 'notifications/message', params: { data: id } };
        open.end(`data: ${JSON.stringify(message)}\n\ndata: {"id":${id},"result":{"id":${id}}}\n\n`);
      }
    },
    () => [],
  );
  const heard: unknown[] = [];
  const replies = [0, 1].map(
    (n) =>
      it.upstream.call(
        request(
          { name: 'x' },
          { onNotification: (_method, params) => (heard[n] = JSON.parse(`${params}`).data) },
        ),
      ).reply,
  );
  const ids = (await Promise.all(replies)).map((reply) => parse(reply).id);
  assert.deepEqual(heard, ids);
});
