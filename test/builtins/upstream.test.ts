/** A tool server behind the in-process link, through the same upstream as any other server. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CallRequest, Reply } from '../../src/model/calls.ts';
import type { Operation } from '../../src/model/operation.ts';
import { toJson } from '../../src/model/text/json.ts';
import { openInProcess } from '../../src/runtime/links/in-process.ts';
import { createRunner } from '../../src/tools/runner.ts';
import { createToolServer } from '../../src/tools/tool-server.ts';
import { callerOf, MODERN_CALLER } from '../helpers/caller.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { type Change, connect, parse } from '../runtime/upstream/harness.ts';
import { IDENTITY, MODERN, operations } from '../tools/harness.ts';

async function connectTools(change: Change = {}) {
  const contexts: Parameters<Operation['run']>[1][] = [];
  const gate = Promise.withResolvers<void>();
  const serve = createToolServer(IDENTITY, createRunner(operations(contexts, gate.promise)));
  const { upstream, told } = await connect('tools', {
    open: async (events) => openInProcess('tools', serve, events),
    ...change,
  });
  const untilRuns = async (count = 1): Promise<void> => {
    while (contexts.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  return { upstream, told, contexts, finish: gate.resolve, untilRuns };
}

const request = (name: string, args: object = {}, more: object = {}): CallRequest => ({
  method: 'tools/call',
  params: toJson({ name, arguments: args, ...more }),
});

const errorOf = ({ kind, json }: Reply) => {
  assert.equal(kind, 'error');
  return JSON.parse(json.toString());
};

for (const era of ['modern', 'legacy'] as const)
  test(`a server of the ${era} era must serve callers of both`, async () => {
    const { upstream, told } = await connectTools(era === 'legacy' ? { remembered: era } : {});
    assert.deepEqual(
      [upstream.kind, upstream.inventory.era ?? 'legacy', upstream.inventory.instructions],
      ['in-process', era, 'Call note_add.'],
    );
    assert.deepEqual(
      upstream.inventory.tools.map(({ key }) => key),
      ['note_add', 'note_drop', 'wait'],
    );
    const session = callerOf({ principal: 'token:ann' });
    const legacy = parse(await upstream.call(request('note_add', { text: 'a' }), session).reply);
    assert.deepEqual(legacy, {
      content: [{ type: 'text', text: 'added a' }],
      structuredContent: { note: 'a', by: 'token:ann' },
    });
    const modern = request('note_add', { text: 'b' }, { _meta: MODERN });
    const result = parse(await upstream.call(modern, MODERN_CALLER).reply);
    assert.deepEqual(result.structuredContent, { note: 'b', by: '' });
    assert.equal(await upstream.ping(1_000), true);
    await upstream.close(0);
    assert.deepEqual([told.noise, told.closed], [[], []]);
  });

test('progress must reach the client with the client’s own token', async () => {
  const { upstream, finish, untilRuns } = await connectTools();
  const progress: unknown[] = [];
  const call = upstream.call(
    {
      ...request('wait', {}, { _meta: { progressToken: 'mine' } }),
      onProgress: (params) => progress.push(JSON.parse(params.toString())),
    },
    callerOf(),
  );
  await untilRuns();
  finish();
  await call.reply;
  assert.deepEqual(progress[0], { progressToken: 'mine', progress: 1, total: 3, message: 'one' });
  assert.equal(progress.length, 3);
  await upstream.close(0);
});

test('a cancelled call must abort its operation', async () => {
  const { upstream, contexts, finish, untilRuns } = await connectTools();
  const call = upstream.call(request('wait'), callerOf());
  await untilRuns();
  call.cancel('not needed');
  assert.match(errorOf(await call.reply).message, /not needed/);
  await upstream.call(request('note_add', { text: 'a' }), callerOf()).reply;
  assert.equal(contexts[0]?.signal.aborted, true);
  finish();
  await upstream.close(0);
});

test('timeouts.call must end a call and abort its operation', async () => {
  const clock = fakeClock(0);
  const { upstream, contexts, untilRuns } = await connectTools({ clock });
  const { reply } = upstream.call(request('wait'), callerOf());
  await untilRuns();
  for (let i = 0; i < 30; i++) clock.advance(1_000);
  assert.equal(errorOf(await reply).code, -31_002);
  await upstream.call(request('note_add', { text: 'a' }), callerOf()).reply;
  assert.equal(contexts[0]?.signal.aborted, true);
  await upstream.close(0);
});

test('maxInFlight must hold', async () => {
  const { upstream, finish, untilRuns } = await connectTools({ maxInFlight: 1 });
  const first = upstream.call(request('wait'), callerOf());
  await untilRuns();
  assert.equal(errorOf(await upstream.call(request('wait'), callerOf()).reply).code, -31_005);
  finish();
  assert.equal((await first.reply).kind, 'result');
  await upstream.close(0);
});

test('closing must abort what is under way, and answer it', async () => {
  const { upstream, contexts, untilRuns } = await connectTools();
  const { reply } = upstream.call(request('wait'), callerOf());
  await untilRuns();
  const closed = upstream.close(1);
  assert.equal(errorOf(await reply).code, -31_001);
  await closed;
  assert.equal(contexts[0]?.signal.aborted, true);
});
