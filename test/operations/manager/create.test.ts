/** `docker_create_server`, `_update_server` and `_remove_server`, within what the file allows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { managerOperations } from '../../../src/operations/manager/manager.ts';
import { toolDefinitions } from '../../../src/tools/definitions.ts';
import { container, FakeGateway } from './harness.ts';

const AGENT = { server_type: 'agent-mcp', server_name: 'test-agent-server' };

/** The seed's example, with its secret as a reference. */
const SEED = {
  ...AGENT,
  env_vars: { LOG_LEVEL: 'DEBUG', ANTHROPIC_API_KEY: '${secret:ANTHROPIC_API_KEY}' },
  volumes: [{ host_path: '/srv/data', container_path: '/app/data' }],
};

test('the founding document’s example must make a server, with its version and what it was made of', async () => {
  const gateway = new FakeGateway({});
  gateway.settings = { hostPaths: ['/srv/data'], max: { cpus: 2, memory: '2g' } };
  const limits = { cpus: 4, memory: '1g' };
  const { output, text } = await gateway.run('docker_create_server', { ...SEED, limits });
  const { template, state, clamped } = output;
  assert.deepEqual([template, state, clamped], ['agent-mcp@2', 'ready', ['cpus 4 → 2']]);
  assert.match(text, /^test-agent-server is ready: agent-mcp@2, 0 tools\nlimited by the file: cpus 4 → 2$/);
  const [{ entry, facts } = { entry: {}, facts: undefined }] = gateway.added.servers;
  assert.deepEqual(entry, {
    type: 'container',
    build: { context: '/state/recipes/agent-mcp-1', dockerfile: '/state/recipes/agent-mcp-1/Dockerfile' },
    env: { LOG_LEVEL: 'DEBUG', ANTHROPIC_API_KEY: '${secret:ANTHROPIC_API_KEY}' },
    volumes: ['/srv/data:/app/data'],
    cpus: 2,
    memory: '1g',
  });
  assert.match(String(facts?.sha256), /^[0-9a-f]{64}$/);
});

test('dry_run must show the plan, and change nothing', async () => {
  const gateway = new FakeGateway({});
  const { text } = await gateway.run('docker_create_server', { ...AGENT, dry_run: true });
  assert.deepEqual([text, gateway.added.servers], ['+ create test-agent-server', []]);
});

for (const [what, more, code] of [
  ['a secret', { env_vars: { ANTHROPIC_API_KEY: 'key_goes_here' } }, 'SECRET_IN_ARGUMENT'],
  ['a password in a URL', { env_vars: { DB: 'postgres://a:hunter2@db/x' } }, 'SECRET_IN_ARGUMENT'],
  ['a secret parameter', { parameters: { anthropic_api_key: 'sk-1' } }, 'SECRET_IN_ARGUMENT'],
  [
    'a host path that is not allowed',
    { volumes: [{ host_path: '/srv/x', container_path: '/x' }] },
    'NOT_ALLOWED',
  ],
  [
    'a link out of an allowed folder',
    { volumes: [{ host_path: '/srv/data/../link', container_path: '/x' }] },
    'NOT_ALLOWED',
  ],
  [
    'the engine’s socket',
    { volumes: [{ host_path: '/var/run/docker.sock', container_path: '/x' }] },
    'NOT_ALLOWED',
  ],
  ['a missing path', { volumes: [{ host_path: '/srv/data/missing', container_path: '/x' }] }, 'NOT_ALLOWED'],
  ['the network of the machine', { network: 'host' }, 'NOT_ALLOWED'],
  ['an unknown template', { server_type: 'agnet-mcp' }, 'TEMPLATE_UNKNOWN'],
  ['an unknown version', { server_type: 'agent-mcp@9' }, 'TEMPLATE_UNKNOWN'],
  ['a wrong parameter', { parameters: { log_level: 'LOUD' } }, 'USAGE'],
  ['a port of all addresses', { ports: ['0.0.0.0:80:80'] }, 'USAGE'],
  ['a taken name', { server_name: 'web' }, 'SERVER_EXISTS'],
] as const)
  test(`${what} must be refused with ${code}, and nothing be added`, async () => {
    const gateway = new FakeGateway({ servers: [container('web')] });
    gateway.settings = { hostPaths: ['/srv/data'], max: {} };
    await assert.rejects(gateway.run('docker_create_server', { ...AGENT, ...more }), { code });
    assert.deepEqual(gateway.added.servers, []);
  });

test('max.servers must hold', async () => {
  const gateway = new FakeGateway({});
  gateway.settings = { hostPaths: [], max: { servers: 1 } };
  await gateway.run('docker_create_server', AGENT);
  await assert.rejects(gateway.run('docker_create_server', { ...AGENT, server_name: 'two' }), {
    code: 'LIMIT_REACHED',
  });
});

test('a variable of the gateway’s environment must stay text', async () => {
  const gateway = new FakeGateway({});
  await gateway.run('docker_create_server', { ...AGENT, env_vars: { WHO: '${HOME}' } });
  assert.equal(Object(gateway.added.servers[0]?.entry.env).WHO, '$${HOME}');
});

test('an update must merge variables and keep the version, unless it names another', async () => {
  const gateway = new FakeGateway({});
  const first = { ...AGENT, server_type: 'agent-mcp@1', env_vars: { A: '1', B: '2' } };
  await gateway.run('docker_create_server', first);
  const change = { server_name: AGENT.server_name, env_vars: { A: '', C: '3' } };
  const { output } = await gateway.run('docker_update_server', change);
  const env = gateway.added.servers[0]?.entry.env;
  assert.deepEqual([output.template, env], ['agent-mcp@1', { LOG_LEVEL: 'INFO', B: '2', C: '3' }]);
  const newer = { server_name: AGENT.server_name, server_type: 'agent-mcp@2' };
  assert.equal((await gateway.run('docker_update_server', newer)).output.template, 'agent-mcp@2');
});

test('a newer version of its template must show in the status', async () => {
  const gateway = new FakeGateway({ servers: [container('old')] });
  gateway.servers = [];
  await gateway.run('docker_create_server', { server_type: 'agent-mcp@1', server_name: 'old' });
  gateway.servers = [container('old')];
  const { output } = await gateway.run('docker_get_server_status', { server_name: 'old' });
  assert.match(output.drift, /template agent-mcp 1 → 2 available/);
});

test('only added servers must be removed; their Dockerfiles go when nothing needs them', async () => {
  const gateway = new FakeGateway({ servers: [container('declared')] });
  await assert.rejects(gateway.run('docker_remove_server', { server_name: 'declared' }), {
    code: 'NOT_MANAGED',
  });
  await gateway.run('docker_create_server', AGENT);
  const { text } = await gateway.run('docker_remove_server', { server_name: AGENT.server_name });
  assert.deepEqual([text, gateway.added.servers, gateway.kept], ['removed test-agent-server', [], []]);
});

test('the list of tools must cost at most 10 kB of a model’s context', () => {
  const definitions = toolDefinitions(managerOperations(new FakeGateway({}).source));
  const bytes = Buffer.byteLength(JSON.stringify({ tools: definitions }));
  assert.ok(bytes <= 10_000, `${bytes} bytes`);
});
