import assert from 'node:assert/strict';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Era } from '../../../src/model/era.ts';
import { toJson } from '../../../src/model/text/json.ts';
import { openChild } from '../../../src/runtime/links/child.ts';
import { openHttp } from '../../../src/runtime/links/http/http.ts';
import type { LinkEvents } from '../../../src/runtime/links/link.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { type Connected, connect, parse } from './harness.ts';

const SERVERS = join(import.meta.dirname, '../../servers');
const REFERENCE = join(import.meta.dirname, '../../reference');

const child = (file: string, ...args: string[]) => ({
  open: (events: LinkEvents) =>
    openChild(
      { serverName: 's', command: process.execPath, args: [file, ...args], env: {}, cwd: '/' },
      events,
    ),
});

/** Short, since tests of silent servers wait for a quarter of it. */
const timeouts = { start: 6_000, call: 10_000, callMax: 60_000 };
/** For servers that answer: on a clock that stands still, no slow start counts as silence. */
const patient = () => ({ timeouts, clock: fakeClock(0) });

const eras = (mode: string): string[] => [join(SERVERS, 'eras.mjs'), mode];
const rows: [what: string, command: string[], era: Era, learned: Era | undefined][] = [
  ['that ignores the question', eras('silent'), 'legacy', 'legacy'],
  ['that dies of the question', eras('dies'), 'legacy', 'legacy'],
  ['that answers anything with nothing', eras('polite'), 'legacy', 'legacy'],
  ['with a code of its own for what it does not know', eras('odd'), 'legacy', 'legacy'],
  ['that knows the question, and only legacy versions', eras('dual'), 'legacy', 'legacy'],
  ['that is from then on what it was asked first', eras('locks'), 'modern', 'modern'],
  ['that is still loading, and has no initialize', eras('loading'), 'modern', 'modern'],
  ['on the first line of the SDK', [join(REFERENCE, 'legacy.mjs')], 'legacy', 'legacy'],
  ['on the second line of the SDK, which has both', [join(REFERENCE, 'modern.mjs')], 'modern', 'modern'],
  ['that has no legacy era', [join(REFERENCE, 'modern.mjs'), '--only'], 'modern', 'modern'],
];

const facts = ({ upstream }: Connected) => [upstream.inventory.era, upstream.learned];

for (const [what, [file = '', ...args], era, learned] of rows) {
  test(`a server ${what} must be connected in the ${era} era, and serve`, async () => {
    const isSilent = args.includes('silent');
    const it = await connect('s', { ...child(file, ...args), ...(isSilent ? { timeouts } : patient()) });
    assert.deepEqual(facts(it), [era, learned]);
    const name = file.includes('reference') ? 'test_simple_text' : 'x';
    const params = toJson({ name, arguments: {} });
    const { content } = parse(await it.upstream.call({ method: 'tools/call', params }).reply);
    assert.ok(content[0].text);
    assert.equal(it.upstream.inFlight, 0);
    await it.upstream.close(1_000);
  });
}

for (const [mode, remembered, era, learned] of [
  ['locks', 'legacy', 'legacy', undefined],
  ['loading', 'legacy', 'modern', 'modern'],
  ['odd', 'modern', 'legacy', 'legacy'],
  ['locks', 'modern', 'modern', 'modern'],
] as const) {
  test(`a remembered era must only be a shortcut: ${mode}, remembered as ${remembered}`, async () => {
    const [file = '', ...args] = eras(mode);
    const it = await connect('s', { ...child(file, ...args), ...patient(), remembered });
    assert.deepEqual(facts(it), [era, learned]);
    await it.upstream.close(1_000);
  });
}

test('a server of unknown versions must be reported as one', async () => {
  const [file = '', ...args] = eras('future');
  await assert.rejects(connect('s', { ...child(file, ...args), ...patient() }), {
    code: 'SERVER_REFUSED',
    message: /only protocol versions that Hive does not know: 2027-11-01/,
  });
});

test('a server that exits on the probe must be started again, once, with a note', async () => {
  const [file = '', ...args] = eras('dies');
  const { upstream, told } = await connect('s', { ...child(file, ...args), ...patient() });
  const notes = told.noise.filter(([text]) => /exited when it got server/.test(text));
  assert.equal(notes.length, 1);
  assert.deepEqual(told.closed, []);
  await upstream.close(1_000);
});

/** An HTTP server that answers like a legacy one without sessions, except for `server/discover`. */
type Answer = [status: number, body: string | object];
async function http(t: TestContext, discover: Answer, hello?: Answer, headers: Record<string, string> = {}) {
  const asked: [string, IncomingMessage['headers']][] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    if (request.method !== 'POST') return response.writeHead(405).end();
    const { id, method } = JSON.parse(Buffer.concat(chunks).toString());
    asked.push([method, request.headers]);
    const results: Record<string, object> = {
      initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: {} },
      'tools/list': { tools: [] },
    };
    const [status, body] =
      method === 'server/discover'
        ? discover
        : (method === 'initialize' && hello) || [200, { result: results[method] }];
    const text = typeof body === 'string' ? body : JSON.stringify({ jsonrpc: '2.0', id, ...body });
    return response
      .writeHead(id === undefined ? 202 : status, { 'content-type': 'application/json', ...headers })
      .end(text);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => server.closeAllConnections());
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return {
    asked,
    open: async (events: LinkEvents) => openHttp({ url, headers: {}, failFast: true }, events),
  };
}

const error = (code: number, data?: object) => ({ error: { code, message: 'no', data } });
const DISCOVERED = { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} } };

for (const [what, discover, era] of [
  ['400 without a body', [400, ''], 'legacy'],
  ['400 with an error of its own', [400, error(-32000)], 'legacy'],
  ['404 in HTML', [404, '<html>'], 'legacy'],
  ['405', [405, ''], 'legacy'],
  ['406 with an error of JSON-RPC', [406, error(-32600)], 'legacy'],
  ['404 with method not found', [404, error(-32601)], 'legacy'],
  ['200 with method not found', [200, error(-32601)], 'legacy'],
  ['500', [500, 'boom'], 'legacy'],
  [
    '400 for the version, of which only legacy ones are there',
    [400, error(-32022, { supported: ['2025-11-25'] })],
    'legacy',
  ],
  ['a discovery', [200, { result: DISCOVERED }], 'modern'],
] as const) {
  test(`over HTTP, ${what} must mean ${era}`, async (t) => {
    const it = await http(t, discover as [number, string | object]);
    const { upstream } = await connect('s', { open: it.open, ...patient() });
    assert.equal(upstream.inventory.era, era);
    assert.equal(upstream.learned, discover[0] < 500 ? era : undefined);
    const [, first] = it.asked[0] ?? [];
    assert.deepEqual(
      [first?.['mcp-protocol-version'], first?.['mcp-method']],
      ['2026-07-28', 'server/discover'],
    );
    const last = it.asked.at(-1)?.[1];
    assert.equal(last?.['mcp-protocol-version'], era === 'modern' ? '2026-07-28' : '2025-06-18');
    await upstream.close(0);
  });
}

test('over HTTP, a 401 that asks for no login must be judged by initialize', async (t) => {
  const served = await http(t, [401, 'no session']);
  const { upstream } = await connect('s', { open: served.open, ...patient() });
  assert.deepEqual([upstream.inventory.era, upstream.learned], ['legacy', undefined]);
  await upstream.close(0);
  const locked = await http(t, [401, ''], [401, 'who are you?']);
  await assert.rejects(connect('s', { open: locked.open, ...patient() }), {
    code: 'SERVER_REFUSED',
    message: /HTTP 401: who are you\?/,
  });
  assert.deepEqual(
    locked.asked.map(([method]) => method),
    ['server/discover', 'initialize'],
  );
});

const CHALLENGE = { 'www-authenticate': 'Bearer' };
for (const [status, body, message] of [
  [401, '', /HTTP 401/],
  [403, '', /HTTP 403/],
  [400, error(-32020), /refused server\/discover/],
  [400, error(-32022, { supported: ['2027-01-01'] }), /does not know: 2027-01-01/],
] as const) {
  test(`over HTTP, ${status} ${JSON.stringify(body)} must end the start, whatever initialize would say`, async (t) => {
    const it = await http(t, [status, body], undefined, CHALLENGE);
    await assert.rejects(connect('s', { open: it.open, ...patient() }), { code: 'SERVER_REFUSED', message });
    assert.deepEqual(
      it.asked.map(([method]) => method),
      ['server/discover'],
    );
  });
}

test('over HTTP, a server that was legacy and has become modern must be detected', async (t) => {
  const gone = { error: { code: -32022, message: 'no', data: { supported: ['2026-07-28'] } } };
  const it = await http(t, [200, { result: DISCOVERED }], [400, gone]);
  const { upstream } = await connect('s', { open: it.open, ...patient(), remembered: 'legacy' });
  assert.deepEqual([upstream.inventory.era, upstream.learned], ['modern', 'modern']);
  await upstream.close(0);
});

test('a legacy server must cost one round trip for the probe, and none once its era is known', async () => {
  const asked: string[] = [];
  const scripted = async (remembered?: Era) => {
    const { script, HELLO } = await import('./harness.ts');
    const { open, sent } = script(HELLO);
    const { upstream } = await connect('s', { open, remembered });
    asked.push(sent.map(({ method }) => method).join(' '));
    await upstream.close(0);
  };
  await scripted();
  await scripted('legacy');
  assert.deepEqual(asked, [
    'server/discover initialize notifications/initialized tools/list',
    'initialize notifications/initialized tools/list',
  ]);
});
