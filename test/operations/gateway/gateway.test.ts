/** The operations of `use: gateway`: what an agent learns about servers that do not work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { gatewayOperations } from '../../../src/operations/gateway/gateway.ts';
import type { GatewaySource } from '../../../src/operations/gateway/gateway-view.ts';
import { toolDefinitions } from '../../../src/tools/definitions.ts';
import { callOf } from '../../helpers/call-record.ts';
import { entry, FAILED, run, server } from './harness.ts';

const servers = [
  server('api'),
  FAILED,
  server('web', { state: 'starting', detail: 'waiting for initialize' }),
];
const since = '2026-11-21T12:00:00.000Z';

test('server_list must show problems first, with reason and fix', async () => {
  const { output, text } = await run({ servers }, 'server_list');
  assert.deepEqual(
    output.servers.map(({ name }: { name: string }) => name),
    ['db', 'web', 'api'],
  );
  assert.deepEqual(output.servers[0], {
    name: 'db',
    type: 'native',
    origin: 'file',
    state: 'failed',
    since,
    detail: 'failure 3; gave up',
    reason: 'db exited with code 3: DATABASE_URL is not set',
    code: 'SERVER_EXITED',
    hint: 'set DATABASE_URL',
    tools: 0,
    resources: 0,
    prompts: 0,
    restarts: 3,
  });
  assert.equal(
    text,
    [
      '1 of 3 servers of mine serve; container engine: ready',
      `db has failed since ${since}: db exited with code 3: DATABASE_URL is not set`,
      '  now: failure 3; gave up',
      '  code: SERVER_EXITED',
      '  fix: set DATABASE_URL',
      `web is starting since ${since}: waiting for initialize`,
      'api: ready, 2 tools',
    ].join('\n'),
  );
});

test('server_list must be able to leave out what works, and count it all the same', async () => {
  const { output } = await run({ servers }, 'server_list', { problems: true });
  assert.equal(output.servers.length, 1);
  assert.deepEqual([output.total, output.ready], [3, 1]);
});

test('a server that serves while its replacement fails is a problem', async () => {
  const replaced = server('api', { reason: 'no such image', code: 'IMAGE_NOT_FOUND' });
  const { output } = await run({ servers: [replaced] }, 'server_list', { problems: true });
  assert.deepEqual([output.servers.length, output.ready], [1, 1]);
});

test('a server that is being tried again must show what failed before', async () => {
  const retried = server('db', { state: 'starting', detail: 'waiting for initialize' });
  const log = [entry(1, 'connect failed: exit code 3', 'hive'), entry(2, 'reading config')];
  const { output, text } = await run({ servers: [retried], log }, 'server_list');
  assert.equal(output.servers[0].last, 'connect failed: exit code 3');
  assert.match(text, /waiting for initialize\n {2}last: connect failed: exit code 3$/);
});

test('server_list must say which containers are not served, and why there is no engine', async () => {
  const ignored = [{ containerName: 'old', reason: 'its label mcp.type is wrong' }];
  const { output, text } = await run({ status: { engine: 'no engine found', ignored } }, 'server_list');
  assert.deepEqual(output.ignored, [{ container: 'old', reason: 'its label mcp.type is wrong' }]);
  assert.match(text, /engine: no engine found\ncontainer old is ignored: its label/);
});

test('server_show must say why, where, and what the server said last', async () => {
  const log = [entry(1, 'starting'), entry(2, 'DATABASE_URL is not set')];
  const { output, text } = await run({ servers, log }, 'server_show', { server: 'db' });
  assert.equal(output.declared, '/hive.yaml:7');
  assert.deepEqual(output.log.at(-1), {
    at: '2026-11-21T12:00:00.002Z',
    stream: 'stderr',
    text: 'DATABASE_URL is not set',
  });
  assert.match(text, /^db has failed .*\n {2}now: .*\n {2}code: SERVER_EXITED\n {2}fix: set DATABASE_URL\n/);
  assert.match(
    text,
    /declared at \/hive\.yaml:7\nlast lines of its log:\n {2}12:00:00\.001 stderr starting\n/,
  );
});

test('a reason of several lines must stay apart from what follows', async () => {
  const reason = 'db exited with code 3\nlast lines of stderr:\n  x';
  const { text } = await run(
    { servers: [server('db', { state: 'failed', reason, code: 'SERVER_EXITED' })] },
    'server_list',
  );
  assert.match(text, /: db exited with code 3\n {4}last lines of stderr:\n {6}x\n {2}code: SERVER_EXITED$/);
});

test('server_show must be short about a server that works', async () => {
  const { text } = await run({ servers }, 'server_show', { server: 'api' });
  assert.equal(text, `api is ready since ${since}\n2 tools, 2 resources, 0 prompts; restarted 0 times`);
});

for (const name of ['server_show', 'server_logs'])
  test(`${name} must name the servers that there are`, async () => {
    await assert.rejects(run({ servers }, name, { server: 'bd' }), {
      code: 'SERVER_UNKNOWN',
      message: 'there is no server bd',
      hint: 'known servers: api, db, web',
    });
  });

test('a server outside the caller’s view must not exist for that caller', async () => {
  const sees = (_: unknown, name: string): boolean => name !== 'db';
  const { output } = await run({ servers, sees }, 'server_list');
  assert.deepEqual([output.total, output.servers.length], [2, 2]);
  const hint = 'known servers: api, web';
  await assert.rejects(run({ servers, sees }, 'server_show', { server: 'db' }), {
    code: 'SERVER_UNKNOWN',
    hint,
  });
  await assert.rejects(run({ servers, sees }, 'server_logs', { server: 'db' }), { code: 'SERVER_UNKNOWN' });
  await assert.rejects(run({ servers, sees }, 'plan_show'), /shows the whole stack/);
});

test('no secret must be in any result', async () => {
  const secrets = (): readonly string[] => ['hunter2hunter2'];
  const leaky = server('db', {
    state: 'failed',
    reason: 'hunter2hunter2 was refused',
    hint: 'not hunter2hunter2',
  });
  const ignored = [{ containerName: 'old', reason: 'label hunter2hunter2' }];
  const given = {
    servers: [leaky],
    log: [entry(1, 'password is hunter2hunter2'), entry(2, 'Authorization: Bearer abcdefghij')],
    secrets,
    status: { ignored, engine: 'hunter2hunter2' },
    plan: async () => '! skip db hunter2hunter2',
  };
  for (const [name, input] of [
    ['server_list', {}],
    ['server_show', { server: 'db' }],
    ['server_logs', { server: 'db' }],
    ['plan_show', {}],
  ] as const) {
    const { output, text } = await run(given, name, input);
    assert.doesNotMatch(JSON.stringify(output) + text, /hunter2|abcdefghij/, name);
    assert.match(text, /\[redacted\]/, name);
  }
});

test('plan_show must show the plan, or say that there are no steps', async () => {
  const plan = '+ connect     db  not running';
  assert.deepEqual((await run({ plan: async () => plan }, 'plan_show')).output, { plan });
  assert.match((await run({}, 'plan_show')).text, /^no steps$/);
  const long = await run({ plan: async () => 'x'.repeat(50_000) }, 'plan_show');
  assert.equal(long.output.plan.length, 16_001);
});

test('the list of tools must stay small, and every output must be what its schema says', async () => {
  const operations = gatewayOperations({} as GatewaySource);
  const size = Buffer.byteLength(JSON.stringify(toolDefinitions(operations)));
  assert.ok(size < 10_000, `${size} bytes`);
  const log = [entry(1, 'x'), entry(2, 'y', 'hive')];
  for (const [name, input] of [
    ['server_list', {}],
    ['server_show', { server: 'db' }],
    ['server_logs', { server: 'db', limit: 1 }],
    ['plan_show', {}],
    ['call_list', {}],
  ] as const) {
    const { output } = await run(
      { servers, log, calls: [callOf({ outcome: 'error', code: -1 })] },
      name,
      input,
    );
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      operations.find((it) => it.name === name)?.output ?? false,
    );
    assert.ok(validate(output), `${name}: ${JSON.stringify(validate.errors)}`);
  }
});
