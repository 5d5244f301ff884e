import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesHeldBy, INSPECTABLE } from '../helpers/bytes-held-by.ts';
import { createStack, native, type Running } from '../helpers/hive.ts';
import { eventually } from '../helpers/tools.ts';

const HEADERS = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
const INITIALIZE = {
  protocolVersion: '2025-06-18',
  capabilities: {},
  clientInfo: { name: 'rude', version: '1' },
};

function post(
  { url }: Running,
  message: object | string,
  headers: Record<string, string> = {},
  signal?: AbortSignal,
) {
  const body = typeof message === 'string' ? message : JSON.stringify({ jsonrpc: '2.0', ...message });
  return fetch(url, {
    method: 'POST',
    headers: { ...HEADERS, ...headers },
    body,
    ...(signal ? { signal } : {}),
  });
}

async function session(hive: Running): Promise<Record<string, string>> {
  const response = await post(hive, { id: 1, method: 'initialize', params: INITIALIZE });
  await response.text();
  return { 'mcp-session-id': response.headers.get('mcp-session-id') ?? '' };
}

async function assertServes(hive: Running): Promise<void> {
  const { structuredContent } = await (await hive.client()).callTool({
    name: 'good_echo',
    arguments: { a: 1 },
  });
  assert.deepEqual(structuredContent, { a: 1 });
}

test('each kind of invalid request must get its own status', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.untilServer('good', 'ready');
  const own = await session(hive);
  const statusOf = async (body: string, headers = {}) =>
    (await post(hive, body, { ...own, ...headers })).status;
  assert.equal(await statusOf('{}', { 'content-type': 'text/plain' }), 415);
  assert.equal(await statusOf('{"jsonrpc":'), 400);
  const deep = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"good_echo","arguments":{"d":${'['.repeat(100_000)}${']'.repeat(100_000)}}}}`;
  assert.ok([200, 400].includes(await statusOf(deep)));
  const large = await post(hive, 'x'.repeat(70 * 2 ** 20), own).then(
    ({ status }) => status,
    () => 413,
  );
  assert.equal(large, 413);
  await assertServes(hive);
  const before = await bytesHeldBy(hive);
  for (let round = 0; round < 20; round++) await statusOf(deep);
  const wide = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"good_echo","arguments":${'{"a":'.repeat(1_000_000)}1${'}'.repeat(1_000_000)}}}`;
  await statusOf(wide);
  await assertServes(hive);
  const grown = (await bytesHeldBy(hive)) - before;
  assert.ok(grown < 5_000_000, `grew by ${grown} bytes`);
});

test('an incomplete request must affect no other client', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.untilServer('good', 'ready');
  const { hostname, port } = new URL(hive.url);
  const sockets = Array.from({ length: 200 }, () => connect(Number(port), hostname).on('error', () => {}));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  for (const socket of sockets)
    socket.write(
      'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
    );
  await assertServes(hive);
  for (const socket of sockets) socket.destroy();
  await assertServes(hive);
});

test('a client that ends its session during a call must have the call cancelled at its server', async (t) => {
  const stack = createStack(t, { servers: { slow: native('slow'), good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const own = await session(hive);
  const call = post(
    hive,
    { id: 2, method: 'tools/call', params: { name: 'slow_echo', arguments: { ms: 60_000 } } },
    own,
  );
  call.catch(() => {});
  await untilMetric(hive, /hive_calls_in_flight\{server="slow"\} 1/);
  await fetch(hive.url, { method: 'DELETE', headers: own });
  await untilMetric(hive, /hive_calls_in_flight\{server="slow"\} 0/);
  assert.match((await stack.hive('logs', 'slow')).stdout, /cancelled number/);
  await assertServes(hive);
});

test('a client that does not read its large result must neither fill the memory nor block others', async (t) => {
  const stack = createStack(t, { servers: { huge: native('huge-message'), good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const own = await session(hive);
  const before = await bytesHeldBy(hive);
  const { hostname, port } = new URL(hive.url);
  const body = JSON.stringify({
    jsonrpc: '2.0',
    id: 2,
    method: 'tools/call',
    params: { name: 'huge_echo', arguments: { bytes: 5_000_000 } },
  });
  const head = Object.entries({
    ...HEADERS,
    ...own,
    host: 'localhost',
    'content-length': String(body.length),
  });
  const sockets = Array.from({ length: 10 }, () =>
    connect(Number(port), hostname)
      .on('error', () => {})
      .pause(),
  );
  for (const socket of sockets)
    socket.write(
      `POST /mcp HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    );
  await untilMetric(hive, /hive_calls_total\{server="huge",outcome="result"\} 10/);
  await assertServes(hive);
  const grown = (await bytesHeldBy(hive)) - before;
  assert.ok(grown < 75_000_000, `ten results of 5 MB are held, not ${grown} bytes`);
  for (const socket of sockets) socket.destroy();
});

test('a connection that is dropped during a call must not cancel it, and its session must stay open', async (t) => {
  const stack = createStack(t, { servers: { slow: native('slow'), good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const own = await session(hive);
  const gone = new AbortController();
  const go = join(stack.folder, 'go');
  const params = { name: 'slow_echo', arguments: { until: go } };
  const call = post(hive, { id: 2, method: 'tools/call', params }, own, gone.signal);
  call.catch(() => {});
  await untilMetric(hive, /hive_calls_in_flight\{server="slow"\} 1/);
  gone.abort();
  await assert.rejects(call);
  writeFileSync(go, '');
  // MCP 2025-11-25, basic/transports: a disconnection is not a cancellation. The call ends by itself, or by its timeouts.
  await untilMetric(hive, /hive_calls_total\{server="slow",outcome="result"\} 1/);
  await untilMetric(hive, /hive_calls_in_flight\{server="slow"\} 0/);
  assert.doesNotMatch((await stack.hive('logs', 'slow')).stdout, /cancelled/);
  const again = await post(
    hive,
    { id: 2, method: 'tools/call', params: { ...params, arguments: { ms: 1 } } },
    own,
  );
  assert.equal(again.status, 200);
  await again.text();
  await assertServes(hive);
});

test('a client that reads a result of 50 MB slowly must get all of it, and memory must hold it once', async (t) => {
  const stack = createStack(t, { servers: { huge: native('huge-message'), good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const own = await session(hive);
  const before = await bytesHeldBy(hive);
  const bytes = 50_000_000;
  const params = { name: 'huge_echo', arguments: { bytes } };
  const response = await post(hive, { id: 2, method: 'tools/call', params }, own);
  const reader = response.body?.getReader();
  let size = 0;
  let most = 0;
  for (let reads = 0; ; reads++) {
    const part = await reader?.read();
    if (!part || part.done) break;
    size += part.value.length;
    if (reads % 50 > 0) continue;
    await assertServes(hive);
    most = Math.max(most, await bytesHeldBy(hive));
  }
  assert.ok(size > bytes && size < bytes + 1_000, `${size} bytes came`);
  assert.ok(most - before < 1.5 * bytes, `${most - before} bytes are held for it`);
});

test('many large bodies at once must not fill the memory, whether complete or not', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.untilServer('good', 'ready');
  const before = await bytesHeldBy(hive);
  const { hostname, port } = new URL(hive.url);
  const head = Object.entries({ ...HEADERS, host: 'localhost', 'content-length': String(60 * 2 ** 20) });
  const start = `POST /mcp HTTP/1.1\r\n${head.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  let refused = 0;
  const sockets = Array.from({ length: 16 }, () => {
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.on('data', (chunk) => {
      if (chunk.includes('HTTP/1.1 503')) refused += 1;
    });
    return socket;
  });
  const block = Buffer.alloc(2 ** 20, 'x');
  await Promise.all(
    sockets.map(async (socket) => {
      socket.write(start);
      // One listener for all rounds: more than ten are a warning of Node.
      const closed = once(socket, 'close');
      for (let sent = 0; sent < 59; sent++)
        if (!socket.write(block)) await Promise.race([once(socket, 'drain'), closed]);
    }),
  );
  await eventually('one is refused', () => refused > 0);
  const grown = (await bytesHeldBy(hive)) - before;
  assert.ok(grown < 600 * 2 ** 20, `sixteen times 59 MiB are not held, nor ${grown} bytes`);
  await assertServes(hive);
  for (const socket of sockets) socket.destroy();
  // Aborted bodies free their memory.
  const after = await post(hive, 'x'.repeat(50 * 2 ** 20));
  assert.equal(after.status, 400);
});

test('10,000 abandoned sessions must stay bounded, and the oldest be replaced', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.untilServer('good', 'ready');
  const before = await bytesHeldBy(hive);
  for (let opened = 0; opened < 10_050; opened += 50)
    await Promise.all(Array.from({ length: 50 }, () => session(hive)));
  assert.ok((await hive.control.status()).sessions <= 10_000);
  const grown = (await bytesHeldBy(hive)) - before;
  assert.ok(grown < 50_000_000, `grew by ${grown} bytes`);
  await assertServes(hive);
});

test('a server that answers twice and with unknown ids must be noted, and affect no client', async (t) => {
  const stack = createStack(t, { servers: { twice: native('answers-twice'), good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  for (let n = 0; n < 20; n++) {
    const { structuredContent } = await client.callTool({ name: 'twice_echo', arguments: { n } });
    assert.deepEqual(structuredContent, { n });
  }
  assert.match((await stack.hive('logs', 'twice')).stdout, /an answer to no call in flight/);
  await assertServes(hive);
});

test('a server that writes endlessly must be counted as noise, in bounded memory', async (t) => {
  const stack = createStack(t, { servers: { loud: native('writes-without-end'), good: native('echo') } });
  const hive = await stack.up(INSPECTABLE);
  await hive.untilServer('good', 'ready');
  const before = await bytesHeldBy(hive);
  await hive.until('200 MB of noise came', ({ servers }) =>
    servers.some(({ serverName, noise }) => serverName === 'loud' && noise.bytes > 200_000_000),
  );
  await assertServes(hive);
  const grown = (await bytesHeldBy(hive)) - before;
  assert.ok(grown < 40_000_000, `of 200 MB of noise ${grown} bytes are kept`);
});

test('a server that never reads its input must cost bounded memory, and its calls must end', async (t) => {
  const stack = createStack(t, {
    servers: { deaf: { ...native('stops-reading'), timeouts: { call: '3s' } }, good: native('echo') },
  });
  const hive = await stack.up(INSPECTABLE);
  await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
  const client = await hive.client();
  const before = await bytesHeldBy(hive);
  const blob = 'x'.repeat(1_000_000);
  const calls = Array.from({ length: 50 }, () => client.callTool({ name: 'deaf_echo', arguments: { blob } }));
  for (const { status, reason } of await Promise.allSettled(calls).then((all) =>
    all.map((it) => ({ reason: '', ...it })),
  )) {
    assert.equal(status, 'rejected');
    assert.match(String(reason), /did not answer tools\/call within 3 s/);
  }
  await assertServes(hive);
  const grown = (await bytesHeldBy(hive)) - before;
  assert.ok(grown < 150_000_000, `fifty calls of 1 MB are not ${grown} bytes`);
});

function untilMetric({ url }: Running, wanted: RegExp): Promise<void> {
  return eventually(`/metrics has ${wanted}`, async () =>
    wanted.test(await (await fetch(new URL('/metrics', url))).text()),
  );
}
