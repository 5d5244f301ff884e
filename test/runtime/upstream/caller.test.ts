import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { callerOf, MODERN_CALLER } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { connect, HELLO, script, tool } from './harness.ts';
import { modern, nobody, request } from './modern-harness.ts';

/** Callers of the requests with this method, as the link got them. */
const callersOf = ({ sent, callers }: Pick<ReturnType<typeof script>, 'sent' | 'callers'>, method: string) =>
  callers.filter((_, index) => sent[index]?.method === method);

test('the caller of a request must reach the link as the same object, and no other message have one', async () => {
  const server = script({ ...HELLO, 'tools/call': () => ({ result: {} }) });
  const { upstream } = await connect('s', { open: server.open, clock: fakeClock(0) });
  const session = callerOf({ principal: 'token:me' });
  for (const caller of [session, MODERN_CALLER, undefined]) await upstream.call(tool({}), caller).reply;
  const [first, second, third] = callersOf(server, 'tools/call');
  assert.ok(first === session && second === MODERN_CALLER && third === undefined);
  assert.deepEqual(callersOf(server, 'initialize'), [undefined]);
  await upstream.close(0);
});

test('the caller must reach the link of a modern server, in every round of its call', async () => {
  const inputRequests = { q: { method: 'roots/list' } };
  const answers = [{ resultType: 'input_required', inputRequests }, { resultType: 'complete' }];
  const it = await modern({ 'tools/call': () => ({ result: answers.shift() ?? {} }) });
  const session = callerOf();
  const ask = async (): Promise<Reply> => ({ kind: 'result', json: jsonText('{"roots":[]}') });
  await it.upstream.call(request({ name: 'x' }, { ask }), session).reply;
  await it.upstream.call(request({ name: 'x' }, { ask: nobody }), MODERN_CALLER).reply;
  assert.deepEqual(callersOf(it, 'tools/call'), [session, session, MODERN_CALLER]);
  await it.upstream.close(0);
});
