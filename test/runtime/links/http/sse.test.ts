/** The link over HTTP with SSE, the transport before streamable HTTP. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openHttpOrSse } from '../../../../src/runtime/links/http/http-or-sse.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';
import { connect, parse, tool } from '../../upstream/harness.ts';

async function serve(t: TestContext, ...args: string[]): Promise<string> {
  const program = join(import.meta.dirname, '../../../servers/sse.mjs');
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return line.toString().trim();
}

const reach = (url: string) =>
  connect('s', {
    open: async (events) => openHttpOrSse({ url, headers: {}, failFast: true }, events),
    clock: fakeClock(0),
  });

test('a server that takes no POST must be reached over SSE, many calls at once', async (t) => {
  const { upstream, told } = await reach(await serve(t));
  assert.equal(upstream.inventory.protocolVersion, '2024-11-05');
  const replies = await Promise.all([1, 2, 3].map(() => upstream.call(tool({ ask: true })).reply));
  for (const reply of replies) assert.equal(parse(reply).content[0].text, 'over SSE');
  await upstream.close(0);
  assert.deepEqual(told.closed, []);
});

test('the end of its stream must end the connection and every call', async (t) => {
  const { upstream, told } = await reach(await serve(t));
  const reply = await upstream.call(tool({ end: true })).reply;
  assert.equal(parse(reply).code, -31001);
  assert.match(told.closed[0]?.[0].message ?? '', /event stream ended/);
});

test('an endpoint on another origin must get nothing', async (t) => {
  const got: string[] = [];
  const elsewhere = createServer((request, response) => {
    got.push(`${request.method} ${request.url}`);
    response.writeHead(202).end();
  });
  elsewhere.listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  t.after(() => elsewhere.close());
  const { port } = elsewhere.address() as AddressInfo;
  await assert.rejects(reach(await serve(t, `http://127.0.0.1:${port}/messages`)), {
    code: 'SERVER_REFUSED',
    message: /HTTP 405/,
  });
  assert.deepEqual(got, []);
});
