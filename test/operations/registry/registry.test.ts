/** The operations of `use: registry` against a fake of the added servers. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { SHIPPED } from '../../../src/catalogue/folder.ts';
import { Library } from '../../../src/catalogue/library.ts';
import { type Code, GatewayError } from '../../../src/errors.ts';
import { processFiles } from '../../../src/files/process-files.ts';
import type { AddedServer, AddedServers, PutOptions } from '../../../src/model/added/added.ts';
import type { Reply } from '../../../src/model/calls.ts';
import type { OperationContext, PassedOn } from '../../../src/model/operation.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import type { OwnEntry, RegistrySource } from '../../../src/operations/registry/facts/source.ts';
import { Flights } from '../../../src/operations/registry/flights.ts';
import { registryCommands, registryOperations } from '../../../src/operations/registry/registry.ts';
import { toolDefinitions } from '../../../src/tools/definitions.ts';
import { createRunner } from '../../../src/tools/runner.ts';
import { CONTEXT, server, sourceOf } from '../gateway/harness.ts';

const OWN: OwnEntry = {
  use: 'registry',
  serverName: 'catalogue',
  deny: [],
  maxAdded: 3,
  native: false,
  review: 'none',
  hostPaths: [],
};
const library = new Library(SHIPPED, processFiles);

interface Given {
  readonly own?: Partial<OwnEntry>;
  /** Fails the put of such an entry. */
  readonly fails?: (entry: AddedServer['entry']) => Code | undefined;
  readonly engine?: string;
  readonly reply?: Reply;
}

function registry({ own = {}, fails = () => undefined, engine = 'ready', reply }: Given = {}) {
  const servers = new Map<string, AddedServer>();
  const puts: AddedServer[] = [];
  const added: AddedServers = {
    all: () => [...servers.values()],
    async put(it: AddedServer, _options: PutOptions) {
      puts.push(it);
      const code = fails(it.entry);
      if (code) throw new GatewayError(code, `it fails with ${code}`);
      servers.set(it.serverName, it);
      return 'ready';
    },
    async remove(names) {
      return names.filter((name) => servers.delete(name));
    },
    plan: async () => '',
  };
  const calls: { serverName: string; params: unknown }[] = [];
  const base = sourceOf({ servers: [server('echo')], status: { engine } });
  const source: RegistrySource = {
    ...base,
    library: { open: () => library.open(), refresh: async () => [] },
    added,
    clock: { now: () => 0, setTimeout: () => ({ cancel: () => {} }) } as never,
    call: (serverName, { params }) => {
      calls.push({ serverName, params: JSON.parse(String(params)) });
      return { reply: Promise.resolve(reply as Reply), cancel: () => {} };
    },
    keepDockerfile: (name) => join('/state', name, 'Dockerfile'),
    dropDockerfiles: () => {},
    hostPathProblem: (path, allowed) =>
      path.startsWith('/state') || allowed.includes(path) ? undefined : 'is a path of this machine',
  };
  const runner = createRunner(registryCommands(source, { ...OWN, ...own }, new Flights()));
  const run = async (name: string, input: object, context: Partial<OperationContext> = {}) =>
    (await runner.run(name, input, { ...CONTEXT, ...context })).output as Record<string, unknown>;
  return { run, puts, servers, calls };
}

const fails = (code: Code) => (error: unknown) => error instanceof GatewayError && error.code === code;

test('the image that cannot be pulled gives way to the package, with the reason', async () => {
  const { run, puts } = registry({ fails: ({ image }) => (image ? 'IMAGE_NOT_FOUND' : undefined) });
  const answer = await run('registry_add', { entry_id: 'docker/sqlite' });
  assert.equal(answer.name, 'sqlite');
  assert.match(String(answer.runs), /pypi mcp-server-sqlite/);
  assert.deepEqual(answer.passedOver, ['image mcp/sqlite: it fails with IMAGE_NOT_FOUND']);
  assert.equal(puts[1]?.entry.dockerfile, '/state/sqlite/Dockerfile');
});

test('a server that fails by itself is not tried in another form', async () => {
  const { run, puts } = registry({ fails: () => 'SERVER_EXITED' });
  await assert.rejects(run('registry_add', { entry_id: 'docker/sqlite' }), fails('SERVER_EXITED'));
  assert.equal(puts.length, 1);
});

test('no form fits: every reason is named', async () => {
  const { run } = registry({ engine: 'docker is not installed' });
  const error = await run('registry_add', { entry_id: 'docker/sqlite' }).catch((it: unknown) => it);
  assert.ok(fails('ENTRY_UNSUPPORTED')(error));
  assert.match(
    String(error),
    /image mcp\/sqlite: there is no container engine: docker is not installed; pypi/,
  );
  assert.match(String(error), /no `native: true`/);
});

test('the same wish twice is one server, also at the same time; another wish is refused', async () => {
  const { run, puts } = registry();
  const wish = { entry_id: 'docker/sqlite', prefix: 'db' };
  const [one, two] = await Promise.all([run('registry_add', wish), run('registry_add', wish)]);
  assert.equal(one?.name, two?.name);
  assert.equal((await run('registry_add', wish)).name, 'db');
  assert.equal((await run('registry_add', { entry_id: 'docker/sqlite' })).name, 'db');
  assert.equal(puts.length, 1);
  await assert.rejects(run('registry_add', { ...wish, prefix: 'other' }), fails('ALREADY_ACTIVE'));
});

test('a taken prefix is refused, with a free one', async () => {
  const { run } = registry();
  const error = await run('registry_add', { entry_id: 'docker/sqlite', prefix: 'echo' }).catch(
    (it: GatewayError) => it,
  );
  assert.ok(error instanceof GatewayError && error.code === 'PREFIX_TAKEN');
  assert.equal(error.hint, 'free is: {"prefix":"echo_2"}');
});

test('secrets are refused as arguments, wherever they stand', async () => {
  const { run, puts } = registry();
  for (const wish of [
    { config: { GITHUB_PERSONAL_ACCESS_TOKEN: 'x' } },
    { environment: { GITHUB_PERSONAL_ACCESS_TOKEN: 'x' } },
    { environment: { OTHER_API_KEY: 'x' } },
  ])
    await assert.rejects(
      run('registry_add', { entry_id: 'hive/github', ...wish }),
      fails('SECRET_IN_ARGUMENT'),
    );
  await assert.rejects(
    run('registry_add', { entry_id: 'hive/github', environment: { LD_PRELOAD: 'x' } }),
    fails('USAGE'),
  );
  await run('registry_add', { entry_id: 'hive/github' });
  assert.match(JSON.stringify(puts), /\$\{secret:GITHUB_PERSONAL_ACCESS_TOKEN\}/);
});

test('the owner says which entries, how many, and which folders', async () => {
  const { run } = registry({ own: { allow: ['hive/*'], deny: ['hive/git'], maxAdded: 1 } });
  await assert.rejects(run('registry_add', { entry_id: 'docker/sqlite' }), fails('NOT_ALLOWED'));
  await assert.rejects(run('registry_add', { entry_id: 'hive/git' }), fails('NOT_ALLOWED'));
  const found = await run('registry_search', { query: 'git' });
  const ids = (found.results as { id: string }[]).map(({ id }) => id);
  assert.ok(ids.length > 0 && ids.every((id) => id.startsWith('hive/') && id !== 'hive/git'));
  const folder = { entry_id: 'hive/filesystem', config: { folder: '/etc' } };
  await assert.rejects(run('registry_add', folder), fails('NOT_ALLOWED'));
  await run('registry_add', { entry_id: 'hive/time' });
  await assert.rejects(run('registry_add', { entry_id: 'hive/fetch' }), fails('NOT_ALLOWED'));
});

test('servers that are being added count against the most that may be added', async () => {
  const { run } = registry({ own: { maxAdded: 1 } });
  const both = ['hive/time', 'hive/fetch'].map((entry_id) => run('registry_add', { entry_id }));
  const ends = await Promise.allSettled(both);
  assert.deepEqual(ends.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
});

test('review: ask puts a question to the user, and adds only after consent', async () => {
  const { run, puts } = registry({ own: { review: 'ask' } });
  const wish = { entry_id: 'docker/sqlite' };
  const question = (await run('registry_add', wish)) as unknown as PassedOn;
  assert.match(String(question.json), /"resultType":"input_required".*elicitation\/create/);
  const answers = (agree: boolean) => ({
    request: { inputResponses: { add: { action: 'accept', content: { agree } } } },
  });
  await assert.rejects(run('registry_add', wish, answers(false)), fails('NOT_ALLOWED'));
  assert.equal(puts.length, 0);
  await run('registry_add', wish, answers(true));
  assert.equal(puts.length, 1);
});

test('review: hold withholds the tools until the owner approves', async () => {
  const { run, servers } = registry({ own: { review: 'hold' } });
  const answer = await run('registry_add', { entry_id: 'docker/sqlite' });
  assert.equal(answer.visible, 'withheld');
  assert.deepEqual(servers.get('sqlite')?.entry.tools, { allow: [] });
  await run('registry_config_set', { entry_id: 'sqlite', environment: { A: '1' } });
  assert.deepEqual(servers.get('sqlite')?.entry.tools, { allow: [] });
  await assert.rejects(run('registry_exec', { tool_name: 'sqlite_list_tables' }), fails('NOT_ALLOWED'));
  assert.deepEqual(await run('registry_approve', { name: 'sqlite' }), { name: 'sqlite', approved: true });
  assert.equal(servers.get('sqlite')?.entry.tools, undefined);
});

test('config_set keeps what it does not name, and says what changed', async () => {
  const { run, servers } = registry();
  await run('registry_add', { entry_id: 'hive/time', config: { timezone: 'UTC' } });
  const set = await run('registry_config_set', { entry_id: 'hive/time', environment: { LEVEL: '$a' } });
  assert.deepEqual([set.changed, set.restarted], [['LEVEL'], true]);
  assert.deepEqual(servers.get('time')?.entry.env, { LEVEL: '$$a' });
  const same = await run('registry_config_set', { entry_id: 'time', config: { timezone: 'UTC' } });
  assert.deepEqual([same.changed, same.restarted], [[], false]);
  const unset = await run('registry_config_set', { entry_id: 'time', unset: ['LEVEL'] });
  assert.deepEqual(unset.changed, ['LEVEL']);
  await assert.rejects(run('registry_config_set', { entry_id: 'time', unset: ['X'] }), fails('USAGE'));
});

test('what was removed, and what was never added, is not active', async () => {
  const { run } = registry();
  await run('registry_add', { entry_id: 'docker/sqlite' });
  assert.deepEqual((await run('registry_remove', { entry_id: 'sqlite' })).removed, ['sqlite']);
  await assert.rejects(run('registry_remove', { entry_id: 'docker/sqlite' }), fails('NOT_ACTIVE'));
  await assert.rejects(run('registry_info', { entry_id: 'docker/sqlitee' }), fails('ENTRY_UNKNOWN'));
});

test('exec refuses what nobody offers, and arguments that are no object', async () => {
  const { run } = registry({ reply: { kind: 'result', json: jsonText('{}') } });
  await assert.rejects(run('registry_exec', { tool_name: 'nothing' }), fails('TOOL_UNKNOWN'));
});

test('a client that Hive knows gets its line, another a proposal', async () => {
  const { run } = registry();
  const answer = await run('registry_add', { entry_id: 'docker/sqlite', editor: 'zed' });
  assert.match(String(answer.notes), /npx hive connect zed/);
  await assert.rejects(run('registry_add', { entry_id: 'docker/sqlite', editor: 'zedd' }), fails('USAGE'));
});

test('the list of tools must stay below 10 kB, which models read', () => {
  const operations = registryOperations({} as RegistrySource, OWN, new Flights());
  assert.ok(Buffer.byteLength(JSON.stringify({ tools: toolDefinitions(operations) })) < 10_000);
});
