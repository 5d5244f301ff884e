/** `docker_list_servers` and the switches. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { server } from '../gateway/harness.ts';
import { container, FakeGateway } from './harness.ts';

const FAILED = container('db', { state: 'failed', reason: 'it exited with code 3', code: 'SERVER_EXITED' });
const OTHERS = server('theirs', { type: 'discovered' });

test('docker_list_servers must list containers alone, and say which ones Hive did not make', async () => {
  const gateway = new FakeGateway({ servers: [container('web'), FAILED, OTHERS, server('native')] });
  const { output, text } = await gateway.run('docker_list_servers');
  const rows = output.servers.map(({ server_name, status, managed }: Record<string, unknown>) => [
    server_name,
    status,
    managed,
  ]);
  assert.deepEqual(rows, [
    ['db', 'failed', true],
    ['theirs', 'running', false],
    ['web', 'running', true],
  ]);
  assert.equal(text, 'db: failed: it exited with code 3\ntheirs: ready (not made by Hive)\nweb: ready');
});

test('docker_list_servers must filter by status, and continue at a cursor', async () => {
  const servers = ['a', 'b', 'c'].map((it) => container(it)).concat(container('d', { state: 'stopped' }));
  const gateway = new FakeGateway({ servers });
  const first = (await gateway.run('docker_list_servers', { status: 'running', limit: 2 })).output;
  assert.deepEqual([first.total, first.next_cursor], [3, 'b']);
  const rest = await gateway.run('docker_list_servers', { status: 'running', cursor: 'b' });
  assert.deepEqual([rest.output.servers[0].server_name, rest.output.next_cursor], ['c', undefined]);
});

test('docker_list_servers must filter by the template that a server was made from', async () => {
  const gateway = new FakeGateway({ servers: [container('a'), container('b'), container('c')] });
  const made = (serverName: string, source: string) => ({
    serverName,
    entry: {},
    facts: { source, parameters: {}, by: 'local', since: '2026-11-29T12:00:00Z' },
  });
  gateway.added.servers = [made('a', 'agent-mcp@1'), made('b', 'agent-mcp-x@1')];
  const names = async (server_type: string) => {
    const { output } = await gateway.run('docker_list_servers', { server_type });
    return (output as { servers: { server_name: string }[] }).servers.map((it) => it.server_name);
  };
  assert.deepEqual(await names('agent-mcp'), ['a']);
  assert.deepEqual(await names('agent-mcp@1'), ['a']);
  assert.deepEqual(await names('agent-mcp@2'), []);
});

test('docker_stop_server must wait until the server is stopped', async () => {
  const gateway = new FakeGateway({ servers: [container('web')] });
  const stopping = gateway.run('docker_stop_server', { server_name: 'web' });
  await new Promise((resolve) => setImmediate(resolve));
  gateway.show('web', { state: 'stopped' });
  const { output, text } = await stopping;
  assert.deepEqual([gateway.did, output.state, text], [['stop web'], 'stopped', 'web is stopped']);
});

test('docker_restart_server must fail as the server does, with its code and fix', async () => {
  const gateway = new FakeGateway({ servers: [container('web')], secrets: () => ['hunter2hunter2'] });
  const restarting = gateway.run('docker_restart_server', { server_name: 'web' });
  await new Promise((resolve) => setImmediate(resolve));
  gateway.show('web', { state: 'starting' });
  gateway.show('web', {
    state: 'failed',
    reason: 'bad key hunter2hunter2',
    code: 'SERVER_EXITED',
    hint: 'fix',
  });
  await assert.rejects(restarting, {
    code: 'SERVER_EXITED',
    message: 'web failed: bad key [redacted]',
    hint: 'fix',
  });
});

for (const [name, serverName] of [
  ['a container that Hive did not make', 'theirs'],
  ['a server that is no container', 'native'],
] as const)
  test(`${name} must be refused with NOT_MANAGED`, async () => {
    const gateway = new FakeGateway({ servers: [OTHERS, server('native')] });
    for (const verb of ['stop', 'start', 'restart'])
      await assert.rejects(gateway.run(`docker_${verb}_server`, { server_name: serverName }), {
        code: 'NOT_MANAGED',
      });
    assert.deepEqual(gateway.did, []);
  });
