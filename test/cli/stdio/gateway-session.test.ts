/** The HTTP side of `hive stdio`, against the real edge and against servers that fail. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type TestContext, test } from 'node:test';
import { GatewaySession } from '../../../src/cli/stdio/gateway-session.ts';
import { type Envelope, readEnvelope } from '../../../src/wire/envelope.ts';
import { source, startEdge } from '../../edge/harness.ts';

interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly result?: { readonly tools?: { readonly name: string }[] };
  readonly error?: { readonly code: number; readonly message: string };
}

function open(t: TestContext, url: string) {
  const messages: Message[] = [];
  const notes: string[] = [];
  const lost = Promise.withResolvers<string>();
  const arrived = new Set<() => void>();
  const session = new GatewaySession(url, 'token', {
    message(bytes) {
      messages.push(JSON.parse(bytes.toString()));
      for (const wake of arrived) wake();
    },
    note: (text) => notes.push(text),
    lost: lost.resolve,
  });
  t.after(() => session.close());
  const send = (message: object): Promise<void> => {
    const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    return session.send(bytes, readEnvelope(bytes) as Envelope, undefined);
  };
  /** Resolves with the first message that satisfies, past or to come. */
  const until = (satisfied: (message: Message) => boolean): Promise<Message> =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = messages.find(satisfied);
        if (!found) return;
        arrived.delete(look);
        resolve(found);
      };
      arrived.add(look);
      look();
    });
  const initialize = async (): Promise<void> => {
    await send({
      id: 'i',
      method: 'initialize',
      params: { protocolVersion: '2025-11-25', capabilities: {} },
    });
    await send({ method: 'notifications/initialized' });
  };
  return { session, send, until, initialize, messages, notes, lost: lost.promise };
}

/** A server that answers as `listener` does, for failures that the edge does not have. */
async function serve(t: TestContext, listener: RequestListener): Promise<{ url: string; end(): void }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const end = (): void => {
    server.close();
    server.closeAllConnections();
  };
  t.after(end);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, end };
}

test('requests must be answered in the session that initialize begins, which ends with the client', async (t) => {
  const { url, ended } = await startEdge(t, { sources: [source('s')] });
  const { session, send, initialize, messages } = open(t, url);
  await initialize();
  await send({ id: 2, method: 'tools/list' });
  assert.deepEqual(
    messages.map(({ id, result }) => [id, result !== undefined]),
    [
      ['i', true],
      [2, true],
    ],
  );
  await session.close();
  assert.equal(ended.length, 1);
});

test('a notification of the gateway must be passed on', async (t) => {
  const { url, publish } = await startEdge(t, { sources: [source('s')] });
  const { until, initialize } = open(t, url);
  await initialize();
  const changed = until(({ method }) => method === 'notifications/tools/list_changed');
  // The stream for it may be opened at any time from now.
  const timer = setInterval(() => {
    publish(source('s', { tools: [{ key: 'a', json: '{"name":"a","inputSchema":{"type":"object"}}' }] }));
    publish(source('s'));
  }, 20);
  await changed;
  clearInterval(timer);
});

test('a request that the gateway refuses must be answered with its reason', async (t) => {
  const { url } = await startEdge(t, { sources: [source('s')] });
  const { send, messages } = open(t, `${url}/nobody`);
  await send({ id: 1, method: 'initialize', params: {} });
  assert.equal(messages[0]?.id, 1);
  assert.match(messages[0]?.error?.message ?? '', /nobody/);
});

test('a session that the gateway has ended must be reported', async (t) => {
  const { url, edge } = await startEdge(t, { sources: [source('s')], auth: () => auth });
  let auth: { tokens: Record<string, string> } | undefined;
  const { send, initialize, messages, lost } = open(t, url);
  await initialize();
  auth = { tokens: {} };
  edge.expelUnadmitted();
  auth = undefined;
  await send({ id: 2, method: 'tools/list' });
  assert.ok(messages.find(({ id }) => id === 2)?.error);
  assert.equal(await lost, 'its session with the gateway is over');
});

test('a request to a gateway that has gone must be answered, and its end reported', async (t) => {
  const { url, end } = await serve(t, () => {});
  end();
  const { send, messages, lost } = open(t, url);
  await send({ id: 1, method: 'ping' });
  assert.match(
    messages[0]?.error?.message ?? '',
    /^the gateway cannot be reached: nothing listens there \(ECONNREFUSED\)$/,
  );
  assert.match(await lost, /^the gateway has ended/);
});

test('a cancelled request must end without an answer', async (t) => {
  const { url, received } = await startEdge(t, {
    sources: [source('s', { tools: [{ key: 'a', json: '{"name":"a","inputSchema":{"type":"object"}}' }] })],
  });
  const { send, initialize, messages } = open(t, url);
  await initialize();
  const call = send({ id: 7, method: 'tools/call', params: { name: 's_a' } });
  const { cancelled } = await received();
  await send({ method: 'notifications/cancelled', params: { requestId: 7 } });
  await Promise.all([call, cancelled]);
  assert.ok(messages.every(({ id }) => id !== 7));
});

test('a stream that breaks before the answer must be continued after its last event', async (t) => {
  const lastIds: unknown[] = [];
  const { url } = await serve(t, (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    if (request.method === 'POST') {
      response.write('id: 5\nretry: 1\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n');
      setImmediate(() => response.destroy());
      return;
    }
    lastIds.push(request.headers['last-event-id']);
    response.end('data: {"jsonrpc":"2.0","id":1,"result":{}}\n\n');
  });
  const { send, messages } = open(t, url);
  await send({ id: 1, method: 'tools/call' });
  assert.deepEqual(lastIds, ['5']);
  assert.deepEqual(
    messages.map(({ id, method }) => id ?? method),
    ['notifications/progress', 1],
  );
});

test('a stream that ends without an answer, and cannot be continued, must be answered with an error', async (t) => {
  const { url } = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end();
  });
  const { send, messages } = open(t, url);
  await send({ id: 1, method: 'tools/call' });
  assert.match(messages[0]?.error?.message ?? '', /the stream ended without an answer/);
});

test('a notification that is refused must be noted, not answered', async (t) => {
  const { url } = await serve(t, (_, response) => void response.writeHead(400).end('no'));
  const { send, messages, notes } = open(t, url);
  await send({ method: 'notifications/progress' });
  assert.deepEqual(messages, []);
  assert.match(notes[0] ?? '', /HTTP status 400/);
});

/** Breaks the connections of the first `broken` notifications and answers; calls wait for ever. */
async function serveBreaking(t: TestContext, broken: number) {
  const taken: string[] = [];
  const called = Promise.withResolvers<IncomingMessage>();
  const { url } = await serve(t, async (request, response) => {
    const { id, method, result } = JSON.parse(await text(request));
    if (method === 'tools/call') return called.resolve(request);
    taken.push(method ?? `answer ${JSON.stringify(result)} to ${id}`);
    if (taken.length <= broken) request.socket.resetAndDestroy();
    else response.writeHead(202).end();
  });
  return { url, taken, called: called.promise };
}

test('a notification or an answer that is lost with its connection must be sent once more', async (t) => {
  for (const message of [{ method: 'notifications/cancelled' }, { id: 3, result: {} }]) {
    const { url, taken } = await serveBreaking(t, 1);
    const { send, notes } = open(t, url);
    await send(message);
    assert.equal(taken.length, 2);
    assert.equal(taken[0], taken[1]);
    assert.deepEqual(notes, []);
  }
});

test('… and no third time: the loss must be noted', async (t) => {
  const { url, taken } = await serveBreaking(t, 5);
  const { send, notes, messages } = open(t, url);
  await send({ method: 'notifications/cancelled' });
  assert.equal(taken.length, 2);
  assert.match(notes.join(), /cannot be reached: the connection was cut off \(ECONNRESET\)/);
  assert.deepEqual(messages, []);
});

test('a request that is lost with its connection must not be sent again, as it may have had an effect', async (t) => {
  let requests = 0;
  const { url } = await serve(t, (request) => {
    requests += 1;
    request.socket.resetAndDestroy();
  });
  const { send, messages } = open(t, url);
  await send({ id: 1, method: 'tools/call' });
  assert.equal(requests, 1);
  assert.match(messages[0]?.error?.message ?? '', /ECONNRESET/);
});

test('a cancelled request must be dropped even if its cancellation is lost', async (t) => {
  const { url, called } = await serveBreaking(t, 2);
  const { send, messages } = open(t, url);
  const call = send({ id: 7, method: 'tools/call' });
  const request = await called;
  const closed = once(request.socket, 'close');
  await send({ method: 'notifications/cancelled', params: { requestId: 7 } });
  await Promise.all([call, closed]);
  assert.deepEqual(messages, []);
});

test('a stream that cannot be continued must be answered with an error', async (t) => {
  const { url } = await serve(t, (request, response) => {
    if (request.method === 'GET') return void response.writeHead(503).end();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write('id: 5\nretry: 1\ndata: {"jsonrpc":"2.0","method":"notifications/progress"}\n\n');
    setImmediate(() => response.destroy());
  });
  const { send, messages } = open(t, url);
  await send({ id: 1, method: 'tools/call' });
  assert.match(messages.at(-1)?.error?.message ?? '', /^the gateway cannot be reached/);
});

test('a gateway that does not know the token any more was started again: the session must be over', async (t) => {
  const { url } = await serve(t, (_, response) => void response.writeHead(401).end());
  const { send, messages, lost } = open(t, url);
  await send({ id: 1, method: 'tools/list' });
  assert.ok(messages[0]?.error);
  assert.match(await lost, /^the gateway was started again/);
});
