import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demultiplexer } from '../../../../src/engines/docker/multiplex.ts';
import { openAttach } from '../../../../src/runtime/links/container/attach.ts';
import { ask, collect } from '../../../contract/collect.ts';
import { engine, makeContainer } from '../../../contract/docker.ts';
import { linkContract } from '../../../contract/link.ts';

const KEEPS = 'closing only detaches: the container is the executor’s to stop';

linkContract({
  name: 'attach',
  deviations: {
    'close ends a server that ignores everything': KEEPS,
    'close also ends processes that the server started': KEEPS,
  },
  open: async (server, seen) => {
    const made = await makeContainer(['node', `/servers/${server}.mjs`]);
    const link = await openAttach(engine, made.containerId, seen.events);
    await engine.start(made.containerId);
    return { link, seen, dispose: made.remove, left: made.pids };
  },
});

test('closing detaches at once, and the server runs on for the next link', async () => {
  const made = await makeContainer(['node', '/servers/echo.mjs']);
  const first = collect();
  const link = await openAttach(engine, made.containerId, first.events);
  await engine.start(made.containerId);
  await ask(link, first, 1, 'echo', '{}');
  await link.close(0);
  assert.deepEqual(first.closed, [{ message: 'detached' }]);
  const second = collect();
  const next = await openAttach(engine, made.containerId, second.events);
  assert.match((await ask(next, second, 2, 'echo', '{"again":1}')).toString(), /again/);
  await next.close(0);
  await made.remove();
});

test('running out of memory is told as that', async () => {
  const limit = 96 * 1024 * 1024;
  const made = await makeContainer(['node', '/servers/eats-memory.mjs'], {
    HostConfig: { Memory: limit, MemorySwap: limit },
  });
  const seen = collect();
  const link = await openAttach(engine, made.containerId, seen.events);
  await engine.start(made.containerId);
  await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}'));
  await seen.until(() => seen.closed.length > 0);
  assert.equal(seen.closed[0]?.oomKilled, true);
  assert.equal(seen.closed[0]?.exitCode, 137);
  await made.remove();
});

test('ending the input ends a server whose container was made for that', async () => {
  const made = await makeContainer(['node', '/servers/echo.mjs'], { StdinOnce: true });
  const seen = collect();
  const link = await openAttach(engine, made.containerId, seen.events);
  await engine.start(made.containerId);
  await ask(link, seen, 1, 'echo', '{}');
  link.endInput();
  await seen.until(() => seen.closed.length > 0);
  assert.equal(seen.closed[0]?.exitCode, 0);
  await made.remove();
});

test('a terminal’s echo and line ends do no harm', async () => {
  const made = await makeContainer(['node', '/servers/echo.mjs'], { Tty: true });
  const seen = collect();
  const link = await openAttach(engine, made.containerId, seen.events);
  await engine.start(made.containerId);
  await seen.until(() => true);
  await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"echo","params":{"a":1}}'));
  await seen.until(() => seen.messages.some((bytes) => bytes.includes('"result"')));
  assert.equal(seen.messages.at(-1)?.toString(), '{"jsonrpc":"2.0","id":1,"result":{"a":1}}');
  await link.close(0);
  await made.remove();
});

test('a container without stdin and one that is not there are told apart, with the fix', async () => {
  const made = await makeContainer(['node', '/servers/echo.mjs'], { OpenStdin: false });
  const { events } = collect();
  await assert.rejects(openAttach(engine, made.containerId, events), {
    code: 'START_FAILED',
    hint: /stdin_open/,
  });
  await made.remove();
  await assert.rejects(openAttach(engine, made.containerId, events), {
    code: 'SERVER_UNREACHABLE',
    message: /No such container/i,
  });
});

test('frames are taken apart wherever chunks are cut', () => {
  const frame = (type: number, text: string): Buffer => {
    const head = Buffer.alloc(8);
    head[0] = type;
    head.writeUInt32BE(Buffer.byteLength(text), 4);
    return Buffer.concat([head, Buffer.from(text)]);
  };
  const bytes = Buffer.concat([frame(1, 'hello '), frame(2, 'oops'), frame(1, ''), frame(1, 'wörld')]);
  for (let size = 1; size <= bytes.length; size++) {
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    const push = demultiplexer({
      stdout: (chunk) => void out.push(chunk),
      stderr: (chunk) => void err.push(chunk),
    });
    for (let i = 0; i < bytes.length; i += size) push(bytes.subarray(i, i + size));
    assert.equal(Buffer.concat(out).toString(), 'hello wörld');
    assert.equal(Buffer.concat(err).toString(), 'oops');
  }
});
