/** The stream of messages that belong to no request must be open before the first request is sent. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import { openHttp } from '../../../../src/runtime/links/http/http.ts';
import { collect } from '../../../contract/collect.ts';
import { serve } from './served.ts';

const QUESTION = '{"jsonrpc":"2.0","id":0,"method":"elicitation/create","params":{"message":"name?"}}';
const INITIALIZED = Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}');
const CALL = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"ask"}}');

test('a question asked on the GET stream during the first call must arrive, however late the stream opens', async (t) => {
  let stream: ServerResponse | undefined;
  const { origin } = await serve(t, ({ method, body }, response) => {
    if (method === 'GET')
      setTimeout(() => {
        stream = response.writeHead(200, { 'content-type': 'text/event-stream' });
        stream.flushHeaders();
      }, 100);
    // As the official SDKs do: without the stream, the question is dropped.
    if (body.includes('tools/call')) stream?.write(`data: ${QUESTION}\n\n`);
    return method === 'GET';
  });
  const seen = collect();
  const link = openHttp({ url: origin, headers: {} }, seen.events);
  t.after(() => link.close(0));
  await link.send(INITIALIZED);
  await link.send(CALL);
  await seen.until(() => seen.messages.length === 2);
  assert.ok(seen.messages.some((message) => String(message).includes('elicitation/create')));
});

test('a server that sends the head of its GET stream only with the first event must not stop its calls', async (t) => {
  const { origin } = await serve(t, ({ method }) => method === 'GET');
  const seen = collect();
  const link = openHttp({ url: origin, headers: {} }, seen.events);
  t.after(() => link.close(0));
  await link.send(INITIALIZED);
  await link.send(CALL);
  assert.equal(seen.messages.length, 1);
});
