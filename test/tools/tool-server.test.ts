/** Operations as an MCP server, message by message, in both eras. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../src/model/caller.ts';
import { HIVE_VERSION } from '../../src/model/text/version.ts';
import { harness, MODERN, VERSION } from './harness.ts';

const serverInfo = { name: 'hive-test', title: 'Test', version: HIVE_VERSION };

test('server/discover must offer the modern version, tools and nothing else', async () => {
  const { ask } = harness();
  const { result } = await ask('server/discover', { _meta: MODERN });
  assert.deepEqual(result, {
    resultType: 'complete',
    supportedVersions: [VERSION],
    capabilities: { tools: {} },
    instructions: 'Call note_add.',
    ttlMs: 3_600_000,
    cacheScope: 'public',
    _meta: { 'io.modelcontextprotocol/serverInfo': serverInfo },
  });
});

for (const [asked, answered] of [
  ['2025-06-18', '2025-06-18'],
  ['2024-11-05', '2024-11-05'],
  ['2027-01-01', '2025-11-25'],
  [7, '2025-11-25'],
])
  test(`initialize with ${asked} must be answered with ${answered}`, async () => {
    const { ask, notify } = harness();
    const { result } = await ask('initialize', { protocolVersion: asked, capabilities: {} });
    const instructions = 'Call note_add.';
    const expected = { protocolVersion: answered, capabilities: { tools: {} }, serverInfo, instructions };
    assert.deepEqual(result, expected);
    notify('notifications/initialized');
    assert.deepEqual((await ask('ping')).result, {});
  });

test('an unknown modern version must be refused with those that there are', async () => {
  const { ask } = harness();
  const { error } = await ask('tools/list', {
    _meta: { ...MODERN, 'io.modelcontextprotocol/protocolVersion': '2027-01-01' },
  });
  assert.deepEqual(error, {
    code: -32_022,
    message: 'Unsupported protocol version',
    data: { supported: [VERSION], requested: '2027-01-01' },
  });
});

test('a tool must have what its operation says, and hints by its effect', async () => {
  const { ask } = harness();
  const { tools } = (await ask('tools/list')).result;
  const [add, drop, wait] = tools as Record<string, unknown>[];
  assert.deepEqual(add, {
    name: 'note_add',
    title: 'Add a note',
    description: 'Adds a note.',
    inputSchema: {
      type: 'object',
      properties: {
        text: { type: 'string' },
        times: { type: 'integer', minimum: 1, maximum: 3, default: 1 },
        kind: { type: 'string', enum: ['idea', 'task'] },
      },
      required: ['text'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: { note: { type: 'string' }, by: { type: 'string' } },
      required: ['note', 'by'],
      additionalProperties: false,
    },
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  });
  assert.deepEqual(
    [drop, wait].map((tool) => tool?.annotations),
    [
      { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
      { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    ],
  );
});

test('modern lists must say how long they hold', async () => {
  const { ask } = harness();
  const { tools, ...rest } = (await ask('tools/list', { _meta: MODERN })).result;
  assert.equal((tools as unknown[]).length, 3);
  assert.deepEqual(rest, { resultType: 'complete', ttlMs: 3_600_000, cacheScope: 'public' });
});

test('a result must be structured and short text, in the words of the era that asks', async () => {
  const { ask } = harness();
  const params = { name: 'note_add', arguments: { text: 'ab', times: 2 } };
  const expected = {
    content: [{ type: 'text', text: 'added abab' }],
    structuredContent: { note: 'abab', by: '' },
  };
  assert.deepEqual((await ask('tools/call', params)).result, expected);
  const modern = (await ask('tools/call', { ...params, _meta: MODERN })).result;
  assert.deepEqual(modern, { resultType: 'complete', ...expected });
});

test('an operation must know its caller', async () => {
  const { ask } = harness();
  const caller: Caller = { principal: 'token:ann', sessionId: 's', era: 'legacy', profile: '' };
  const { result } = await ask('tools/call', { name: 'note_add', arguments: { text: 'a' } }, caller);
  assert.deepEqual(result.structuredContent, { note: 'a', by: 'token:ann' });
});

const textOf = (result: Record<string, unknown>): string => {
  assert.equal(result.isError, true);
  assert.equal(result.structuredContent, undefined);
  return (result.content as { text: string }[])[0]?.text ?? '';
};

for (const [what, given, expected] of [
  [
    'a missing argument',
    {},
    [
      'the arguments of note_add are wrong: `text` is missing',
      'code: USAGE',
      'fix: note_add takes text (required), times, kind',
    ],
  ],
  ['an unknown argument', { text: 'a', txt: 1 }, ['the arguments of note_add are wrong: `txt` is not known']],
  ['a wrong type', { text: 1 }, ['the arguments of note_add are wrong: `text` must be string']],
  [
    'a value out of range',
    { text: 'a', times: 9 },
    ['the arguments of note_add are wrong: `times` must be <= 3'],
  ],
  [
    'a wrong word',
    { text: 'a', kind: 'x' },
    ['the arguments of note_add are wrong: `kind` must be one of idea, task'],
  ],
  ['no object', [1], ['the arguments of note_add are wrong: the input must be object']],
  ['a failure', { text: 'bad' }, ['no such text', 'code: SERVER_UNKNOWN', 'fix: write another']],
  ['a defect', { text: 'broken' }, ['x is undefined', 'code: INTERNAL']],
] as const)
  test(`${what} must be an error that a model can read`, async () => {
    const { ask } = harness();
    const { result } = await ask('tools/call', { name: 'note_add', arguments: given });
    const lines = textOf(result).split('\n');
    assert.deepEqual(lines.slice(0, expected.length), expected);
  });

test('an output that cannot be written must be an error, and not end the process', async () => {
  const { ask } = harness();
  const { result } = await ask('tools/call', { name: 'note_drop' });
  assert.match(textOf(result), /circular/);
});

test('an unknown tool is an error of the protocol, as is an unknown method', async () => {
  const { ask } = harness();
  const tool = await ask('tools/call', { name: 'nope' });
  assert.deepEqual(tool.error, { code: -32_602, message: 'Unknown tool: nope' });
  const method = await ask('prompts/list');
  assert.deepEqual(method.error, { code: -32_601, message: 'Method not found: prompts/list' });
});

/** Lets a call begin: its check is compiled first. */
async function untilRuns({ contexts }: ReturnType<typeof harness>): Promise<void> {
  while (contexts.length === 0) await new Promise((resolve) => setImmediate(resolve));
}

test('progress must carry the token of its call, increase, and end with the result', async () => {
  const all = harness();
  const answer = all.ask('tools/call', { name: 'wait', _meta: { progressToken: 'p' } });
  await untilRuns(all);
  all.finish();
  assert.deepEqual((await answer).result.structuredContent, {});
  all.contexts[0]?.progress({ progress: 9 });
  const progress = all.sent.filter(({ message }) => message.method === 'notifications/progress');
  assert.deepEqual(
    progress.map(({ message, during }) => [message.params, during]),
    [
      [{ progressToken: 'p', progress: 1, total: 3, message: 'one' }, 1],
      [{ progressToken: 'p', progress: 2 }, 1],
      [{ progressToken: 'p', progress: 3 }, 1],
    ],
  );
});

test('without a token there must be no progress', async () => {
  const all = harness();
  const answer = all.ask('tools/call', { name: 'wait' });
  await untilRuns(all);
  all.finish();
  await answer;
  assert.equal(all.sent.length, 1);
});

test('a cancelled call must be told to its operation, and never answered', async () => {
  const all = harness();
  void all.ask('tools/call', { name: 'wait' });
  await untilRuns(all);
  all.notify('notifications/cancelled', { requestId: 1, reason: 'too slow' });
  assert.equal(all.contexts[0]?.signal.aborted, true);
  assert.match(String(all.contexts[0]?.signal.reason), /too slow/);
  all.finish();
  assert.deepEqual((await all.ask('ping')).result, {});
  assert.deepEqual(
    all.sent.map(({ message }) => message.id),
    [2],
  );
});

test('close must cancel what is under way and wait for it', async () => {
  const all = harness();
  void all.ask('tools/call', { name: 'wait' });
  await untilRuns(all);
  let isClosed = false;
  const closed = all.server.close().then(() => {
    isClosed = true;
  });
  assert.equal(all.contexts[0]?.signal.aborted, true);
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isClosed, false);
  all.finish();
  await closed;
});

test('nonsense must be ignored', () => {
  const { server, sent } = harness();
  for (const text of ['', '[]', '{"id":1,"result":{}}', '{"method":"x"}', '{"id":1}'])
    server.receive(Buffer.from(text));
  assert.deepEqual(sent, []);
});
