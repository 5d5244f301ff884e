/** Built-in servers in a running gateway: `use: gateway` shows agents of both eras what does not work. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectV1, connectV2 } from '../helpers/clients.ts';
import { createStack, native } from '../helpers/hive.ts';
import { eventually } from '../helpers/tools.ts';

const TOOLS = ['call_list', 'plan_show', 'server_list', 'server_logs', 'server_show', 'tool_list'];
const servers = { hive: { use: 'gateway' }, db: native('crash-on-start'), ok: native('echo') };

interface Found {
  readonly structuredContent: Record<string, unknown>;
  readonly content: readonly { readonly text: string }[];
  readonly isError?: boolean;
}

test('an agent of either era must learn why a server does not work', async (t) => {
  const hive = await createStack(t, { servers }).up();
  await hive.untilServer('hive', 'ready');
  await hive.untilServer('ok', 'ready');
  await hive.untilServer('db', 'failed');
  for (const path of ['', '/hive'])
    for (const connect of [connectV1, connectV2, (url: string) => connectV2(url, 'auto')]) {
      const agent = await connect(`${hive.url}${path}`);
      const call = (name: string, args = {}) => agent.call(name, args) as unknown as Promise<Found>;
      const { tools } = await agent.client.listTools();
      const names = tools.map(({ name }) => name).filter((name) => !name.includes('echo'));
      assert.deepEqual(names.sort(), TOOLS, `${path} ${agent.era}`);

      const list = await call('server_list');
      const [first] = list.structuredContent.servers as Record<string, string>[];
      // The server may be in a retry at this moment.
      assert.deepEqual([first?.name, first?.code ?? 'SERVER_EXITED'], ['db', 'SERVER_EXITED']);
      assert.match(first?.reason ?? first?.last ?? '', /db exited with code 3/);
      assert.match(
        list.content[0]?.text ?? '',
        /^2 of 3 servers of \S+ serve.*\ndb (has failed|is starting) since /,
      );

      const show = await call('server_show', { server: 'db' });
      assert.match(show.content[0]?.text ?? '', /DATABASE_URL is not set/);
      assert.match(String(show.structuredContent.declared), /hive\.yaml:\d+$/);

      const logs = await call('server_logs', { server: 'db', stream: 'stderr', limit: 10 });
      assert.match(logs.content[0]?.text ?? '', /stderr Error: DATABASE_URL is not set/);

      const wrong = await call('server_show', { server: 'dbx' });
      assert.equal(wrong.isError, true);
      assert.match(
        wrong.content[0]?.text ?? '',
        /no server dbx\ncode: SERVER_UNKNOWN\nfix: did you mean db\? known servers: db/,
      );
      await agent.client.close();
    }
});

test('a built-in server must be in ps, metrics and plan like any other', async (t) => {
  const stack = createStack(t, { servers });
  const hive = await stack.up();
  const ready = await hive.untilServer('hive', 'ready');
  assert.deepEqual(
    [ready.type, ready.link, ready.protocolVersion, ready.counts.tools, ready.pid],
    ['builtin', 'in-process', '2026-07-28', TOOLS.length, undefined],
  );
  const { stdout } = await stack.hive('ps');
  assert.match(stdout, /^hive +builtin +ready +\S+ +in-process +2026-07-28 +6 +- +0$/m);
  const client = await hive.client();
  await client.callTool({ name: 'server_list' });
  const metrics = await (await fetch(hive.url.replace('/mcp', '/metrics'))).text();
  assert.match(metrics, /\{[^}]*server="hive"[^}]*\} 1\n/);
  const restarted = await stack.hive('restart', 'hive');
  assert.deepEqual([restarted.exitCode, restarted.stdout], [0, `hive  ready     ${TOOLS.length} tools`]);
  assert.match(JSON.stringify(await client.callTool({ name: 'server_list' })), /"name":"hive".*"restarts":1/);

  stack.save({ servers: { ...servers, more: { use: 'gateway', prefix: 'x' } } });
  await hive.untilServer('more', 'ready');
  assert.match(hive.output(), /\+ connect +more +built in/);
});

test('an edit of the prefix, filters or names of a built-in server must not reconnect it', async (t) => {
  const stack = createStack(t, { servers: { hive: { use: 'gateway' } } });
  const hive = await stack.up();
  const { since } = await hive.untilServer('hive', 'ready');
  const client = await hive.client();
  const view = {
    prefix: 'own',
    tools: { allow: ['server_*'], deny: ['*_logs'], rename: { server_list: 'all' } },
  };
  stack.save({ servers: { hive: { use: 'gateway', ...view } } });
  await eventually('the tools have their new names', async () => {
    const { tools } = await client.listTools();
    return tools.map(({ name }) => name).join() === 'own_all,own_server_show';
  });
  assert.match(hive.output(), /~ update +hive/);
  const list = await client.callTool({ name: 'own_all' });
  assert.match(JSON.stringify(list.structuredContent), /"name":"hive"/);
  const after = await hive.untilServer('hive', 'ready');
  assert.equal(after.since, since);
});

test('plan_show must report a bad edit, and no log may show a secret', async (t) => {
  const loud = {
    type: 'native',
    command: ['sh', '-c', 'echo "key is $API_KEY" >&2; exit 1'],
    env: { API_KEY: 'k-1234567' },
  };
  const stack = createStack(t, { servers: { hive: { use: 'gateway' }, loud } });
  const hive = await stack.up();
  await hive.untilServer('hive', 'ready');
  await hive.untilServer('loud', 'failed');
  const client = await hive.client();
  const call = async (name: string, args = {}) =>
    (await client.callTool({ name, arguments: args })) as unknown as Found;
  for (const name of ['server_show', 'server_logs']) {
    const found = JSON.stringify(await call(name, { server: 'loud' }));
    assert.match(found, /key is \[redacted\]/);
    assert.doesNotMatch(found, /k-1234567/);
  }
  stack.save({ servers: { hive: { use: 'gatewya' } } });
  await hive.untilPrinted('nothing was changed');
  const plan = await call('plan_show');
  assert.equal(plan.isError, true);
  assert.match(plan.content[0]?.text ?? '', /\ncode: CONFIG_INVALID\nat: .*hive\.yaml:\d+\nfix: /);
});

test('`hive op` must list and run operations without an entry in the config', async (t) => {
  const stack = createStack(t, { servers: { ok: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('ok', 'ready');
  const listed = await stack.hive('op');
  assert.match(
    listed.stdout,
    /^server_logs server=STRING \[limit=50\] \[after=STRING\] \[stream=stderr\|noise\|hive\] \[query=STRING\]$/m,
  );
  const text = await stack.hive('op', 'server_list');
  assert.match(text.stdout, /^1 of 1 servers of \S+ serve; container engine: .*\nok: ready, 1 tool$/);
  const json = await stack.hive('op', 'server_show', 'server=ok', '--json');
  assert.equal(JSON.parse(json.stdout).state, 'ready');
  const wrong = await stack.hive('op', 'server_logs', 'server=ok', 'limit=0');
  assert.equal(wrong.exitCode, 2);
  assert.match(
    wrong.stderr,
    /^error USAGE: the arguments of server_logs are wrong: `limit` must be >= 1\n {2}fix: server_logs takes/,
  );
  const unknown = await stack.hive('op', 'server_show', 'server=nope');
  assert.deepEqual(
    [unknown.exitCode, unknown.stderr.split('\n')[0]],
    [1, 'error SERVER_UNKNOWN: there is no server nope'],
  );
});
