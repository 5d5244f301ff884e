/** Random input from both sides at once. HIVE_FUZZ_SEED=… selects other input; a failing run prints its seed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openSession, POST_HEADERS, post, send } from '../edge/harness.ts';
import { createStack, native } from '../helpers/hive.ts';
import { SEED } from '../helpers/seed.ts';

const CLIENTS = 6;
const ROUNDS = 60;

const METHODS = [
  'tools/call',
  'tools/list',
  'prompts/get',
  'resources/read',
  'resources/subscribe',
  'completion/complete',
  'logging/setLevel',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'initialize',
  'ping',
  'server/discover',
  'tasks/get',
  'x',
];
const id = fc.oneof(fc.integer(), fc.string({ maxLength: 8 }), fc.constant(null), fc.double());
const params = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.record(
    {
      name: fc.constantFrom('a_echo', 'b_echo', 'c_echo', ''),
      arguments: fc.jsonValue({ maxDepth: 2 }),
      requestId: id,
      progressToken: id,
      uri: fc.string(),
      level: fc.string({ maxLength: 5 }),
      _meta: fc.oneof(fc.jsonValue({ maxDepth: 1 }), fc.record({ progressToken: id })),
    },
    { requiredKeys: [] },
  ),
);
const message = fc.record(
  {
    jsonrpc: fc.constantFrom('2.0', '1.0'),
    id,
    method: fc.constantFrom(...METHODS),
    params,
    result: fc.jsonValue({ maxDepth: 1 }),
    error: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: [] },
);
/** Bodies that a broken client may send. */
const nonsense = fc.oneof(
  { weight: 6, arbitrary: message.map((it) => JSON.stringify(it)) },
  { weight: 1, arbitrary: fc.array(message, { maxLength: 4 }).map((it) => JSON.stringify(it)) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  {
    weight: 1,
    arbitrary: fc.tuple(message, fc.nat(60)).map(([it, cut]) => JSON.stringify(it).slice(0, cut)),
  },
);

test('random input from both sides must neither break the gateway nor send an answer to the wrong client', async (t) => {
  t.diagnostic(`seed ${SEED}`);
  const servers = { a: native('rambles', String(SEED)), b: native('rambles', String(SEED + 1)) };
  const hive = await createStack(t, { servers }).up();
  await hive.until('both are ready', ({ servers: all }) => all.every(({ state }) => state === 'ready'));

  const client = async (number: number): Promise<void> => {
    const bodies = fc.sample(nonsense, { numRuns: ROUNDS, seed: SEED + number });
    const session = await openSession(hive.url);
    for (const [round, body] of bodies.entries()) {
      const nonce = `${number}-${round}`;
      const name = round % 2 === 0 ? 'a_echo' : 'b_echo';
      const call = {
        jsonrpc: '2.0',
        id: round,
        method: 'tools/call',
        params: { name, arguments: { nonce } },
      };
      const headers = round % 7 === 0 ? {} : session;
      const [answer, other] = await Promise.all([
        post(hive.url, call, session),
        send(hive.url, { method: 'POST', headers: { ...POST_HEADERS, ...headers }, body }),
      ]);
      assert.ok(other.status >= 200 && other.status < 500, `${other.status} for ${body}`);
      const { id, result, error } = lastMessage(answer.text);
      assert.equal(id, round, answer.text);
      // A random message may happen to cancel this call: an error is acceptable, another client's result is not.
      if (!error) assert.deepEqual(result?.structuredContent, { nonce }, `seed ${SEED}: ${body}`);
    }
    assert.equal((await post(hive.url, { jsonrpc: '2.0', id: 1, method: 'ping' }, session)).status, 200);
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, number) => client(number)));

  const { pid, servers: after } = await hive.control.status();
  assert.equal(pid, hive.child.pid);
  assert.deepEqual(
    after.map(({ state, restarts }) => [state, restarts]),
    [
      ['ready', 0],
      ['ready', 0],
    ],
  );
});

interface Message {
  readonly id?: unknown;
  readonly result?: { readonly structuredContent?: unknown };
  readonly error?: unknown;
}

/** The JSON answer, or the last event of a stream. */
function lastMessage(text: string): Message {
  const events = text.split('\n').filter((line) => line.startsWith('data: '));
  return JSON.parse(events.at(-1)?.slice('data: '.length) ?? text) as Message;
}
