/** The link over streamable HTTP, under the contract of all links and on its own. */
import assert from 'node:assert/strict';
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openHttp } from '../../../../src/runtime/links/http/http.ts';
import { sseReader } from '../../../../src/wire/sse.ts';
import { ask, type Collected, collect } from '../../../contract/collect.ts';
import { linkContract, type Opened } from '../../../contract/link.ts';
import { freePort } from '../../../helpers/free-port.ts';

const SERVER = fileURLToPath(new URL('../../../servers/http.mjs', import.meta.url));

type Served = {
  readonly process: ChildProcessByStdio<null, Readable, null>;
  readonly url: string;
  output: string;
};

async function start(port = 0): Promise<Served> {
  const child = spawn(process.execPath, [SERVER, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(child.stdout, 'data');
  const served = { process: child, url: `http://127.0.0.1:${Number(line)}`, output: '' };
  child.stdout.on('data', (chunk) => {
    served.output += chunk;
  });
  return served;
}

async function stop({ process }: Served): Promise<void> {
  process.kill('SIGKILL');
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
}

async function opened(path: string, seen: Collected): Promise<Opened & { served: Served }> {
  const served = await start();
  const link = openHttp({ url: served.url + path, headers: { authorization: 'Bearer s3cret' } }, seen.events);
  return { link, seen, served, dispose: () => stop(served), left: async () => [] };
}

const initialize = ({ link, seen }: Opened): Promise<Buffer> =>
  ask(link, seen, 900, 'initialize', '{"protocolVersion":"2025-06-18"}');
const ready = ({ link }: Opened): Promise<void> =>
  link.send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'));
const errorOf = (bytes: Buffer): { code: number; message: string; data?: { status?: number } } =>
  JSON.parse(bytes.toString()).error;

const STDIO = 'there is no stdout or stderr over HTTP';
const OTHERS = 'the process belongs to somebody else';
const deviations = {
  'messages keep their order': 'requests travel on their own connections',
  'a banner counts as noise and loses no message': STDIO,
  'a banner glued to the first message is cut off': STDIO,
  'characters split over chunks stay whole': STDIO,
  'stderr is kept apart from messages': STDIO,
  'the last output of a dying server is reported once, before its exit code': OTHERS,
  'an exit during a call is reported with its exit code': OTHERS,
  'close ends a server that ignores everything': OTHERS,
  'close also ends processes that the server started': OTHERS,
};
linkContract({ name: 'http, JSON', deviations, open: (_server, seen) => opened('/mcp', seen) });
linkContract({ name: 'http, event streams', deviations, open: (_server, seen) => opened('/mcp?sse', seen) });

test('session and protocol version are sent after initialize, and the session is deleted at the end', async () => {
  const it = await opened('/mcp', collect());
  await initialize(it);
  await ready(it);
  const answer = JSON.parse((await ask(it.link, it.seen, 2, 'tools/call', '{}')).toString());
  const { seen } = answer.result.structuredContent;
  assert.deepEqual(seen[0], ['POST', null, 'Bearer s3cret']);
  assert.deepEqual(seen.at(-1), ['POST', '2025-06-18', 'Bearer s3cret']);
  await it.link.close(1_000);
  while (!it.served.output.includes('deleted true')) await once(it.served.process.stdout, 'data');
  assert.equal(it.seen.closed.length, 1);
  await it.dispose();
});

test('messages that belong to no request must arrive over the GET stream', async () => {
  const it = await opened('/mcp', collect());
  await initialize(it);
  await ready(it);
  const heard = (): boolean =>
    it.seen.messages.some((bytes) => bytes.includes('notifications/tools/list_changed'));
  // The server can send it only after the stream has opened, which no answer waits for.
  for (let id = 10; !heard() && id < 10_000; id++)
    await ask(
      it.link,
      it.seen,
      id,
      'tools/call',
      '{"arguments":{"notify":"notifications/tools/list_changed"}}',
    );
  await it.seen.until(heard);
  await it.link.close(0);
  await it.dispose();
});

for (const [what, flag] of [
  ['that ends early', 'early'],
  ['whose connection is lost', 'lost'],
])
  test(`an event stream ${what} must be resumed`, async () => {
    const it = await opened(`/mcp?sse&${flag}`, collect());
    await initialize(it);
    assert.equal(
      (await ask(it.link, it.seen, 5, 'echo', '{"a":1}')).toString(),
      '{"jsonrpc":"2.0","id":5,"result":{"a":1}}',
    );
    await it.link.close(0);
    await it.dispose();
  });

test('an event stream that breaks must fail its call and no other', async () => {
  const it = await opened('/mcp?sse&cut', collect());
  assert.match(errorOf(await ask(it.link, it.seen, 5, 'echo', '{}')).message, /ended without the answer/);
  assert.equal(it.seen.closed.length, 0);
  await it.link.close(0);
  await it.dispose();
});

test('an indented answer must become one line', async () => {
  const it = await opened('/mcp?pretty', collect());
  await it.link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":[1,2]}}'));
  await it.seen.until(() => it.seen.messages.length > 0);
  const answer = it.seen.messages[0] as Buffer;
  assert.equal(answer.includes('\n'), false);
  assert.deepEqual(JSON.parse(answer.toString()).result, { a: [1, 2] });
  await it.link.close(0);
  await it.dispose();
});

test('a 404 to GET must raise a suspicion, and must not close the link', async () => {
  const it = await opened('/mcp?deaf', collect());
  await initialize(it);
  await ready(it);
  await it.seen.until(() => it.seen.suspicions > 0);
  assert.ok(JSON.parse((await ask(it.link, it.seen, 2, 'tools/call', '{}')).toString()).result);
  assert.deepEqual([it.seen.suspicions, it.seen.closed], [1, []]);
  await it.link.close(0);
  await it.dispose();
});

test('a forgotten session must fail the call with its status, raise a suspicion, and not be deleted', async () => {
  const it = await opened('/mcp', collect());
  await initialize(it);
  await ask(it.link, it.seen, 2, 'tools/call', '{"arguments":{"forget":true}}');
  const { data } = errorOf(await ask(it.link, it.seen, 3, 'ping', '{}'));
  assert.deepEqual([data?.status, it.seen.suspicions], [404, 1]);
  await it.link.send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}'));
  assert.equal(it.seen.suspicions, 2);
  assert.equal(it.seen.closed.length, 0);
  await it.link.close(1_000);
  await it.dispose();
  assert.doesNotMatch(it.served.output, /deleted/);
});

test('a refusal must name the URL and status, never the secrets of the request', async () => {
  const it = await opened('/locked?key=s3cret', collect());
  const error = errorOf(await ask(it.link, it.seen, 1, 'initialize', '{}'));
  assert.match(error.message, /127\.0\.0\.1:\d+\/locked answered HTTP 401: who are you\?.*headers/);
  assert.doesNotMatch(error.message, /s3cret/);
  await it.link.close(0);
  await it.dispose();
});

test('a server that is not up yet must be waited for, and the end of the server must end the link', async () => {
  const port = await freePort();
  const seen = collect();
  const link = openHttp({ url: `http://127.0.0.1:${port}/mcp`, headers: {} }, seen.events);
  const answer = ask(link, seen, 1, 'initialize', '{"protocolVersion":"2025-11-25"}');
  await seen.until(() => seen.notes.includes('not reachable yet: nothing listens there (ECONNREFUSED)'));
  const served = await start(port);
  assert.match((await answer).toString(), /serverInfo/);
  await stop(served);
  for (let id = 2; seen.closed.length === 0 && id < 20; id++)
    await link.send(Buffer.from(`{"jsonrpc":"2.0","id":${id},"method":"ping"}`)).catch(() => {});
  await seen.until(() => seen.closed.length > 0);
  assert.match(seen.closed[0]?.message ?? '', /ECONNREFUSED/);
});

test('a cancelled call must release its connection', async () => {
  const it = await opened('/mcp', collect());
  await initialize(it);
  void it.link.send(
    Buffer.from('{"jsonrpc":"2.0","id":7,"method":"tools/call","params":{"arguments":{"slow":true}}}'),
  );
  await it.link.send(
    Buffer.from('{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":7}}'),
  );
  const seenBy = async (id: number): Promise<unknown[]> =>
    JSON.parse((await ask(it.link, it.seen, id, 'tools/call', '{}')).toString()).result.structuredContent
      .seen;
  let told = await seenBy(8);
  for (let id = 9; !told.includes('aborted') && id < 10_000; id++) told = await seenBy(id);
  assert.ok(told.includes('aborted'));
  assert.ok(told.some((entry) => (entry as { requestId?: number }).requestId === 7));
  await it.link.close(0);
  await it.dispose();
});

test('an event stream must be read wherever its chunks are cut', () => {
  const bytes = Buffer.from(
    '\ufeff: c\r\nid: 1\ndata: {"a":\ndata:  1}\r\n\r\nevent: x\nretry: 7\nretry: x\ndata:ä\n\n\ndata: unfinished',
  );
  for (let size = 1; size <= bytes.length; size++) {
    const seen: [string, string | undefined][] = [];
    const retries: number[] = [];
    const read = sseReader(
      {
        event: ({ data, id }) => void seen.push([data.toString(), id]),
        retry: (ms) => void retries.push(ms),
        tooLarge: () => {},
      },
      1_000,
    );
    for (let i = 0; i < bytes.length; i += size) read(bytes.subarray(i, i + size));
    assert.deepEqual(seen, [
      ['{"a":  1}', '1'],
      ['ä', '1'],
    ]);
    assert.deepEqual(retries, [7]);
  }
});

test('an event over the limit must be dropped, and the next one be read', () => {
  const seen: string[] = [];
  const dropped: number[] = [];
  const read = sseReader(
    {
      event: ({ data }) => void seen.push(data.toString()),
      retry: () => {},
      tooLarge: (bytes) => void dropped.push(bytes),
    },
    100,
  );
  for (let i = 0; i < 10; i++) read(Buffer.from(`${i === 0 ? 'data: ' : ''}${'x'.repeat(50)}`));
  read(Buffer.from('\n\ndata: next\n\n'));
  assert.deepEqual(seen, ['next']);
  assert.equal(dropped.length, 1);
});
