import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadStack } from '../../src/config/load.ts';
import { ConfigError } from '../../src/config/source/diagnostics.ts';
import type { ContainerServer, NativeServer, Server } from '../../src/model/desired.ts';
import type { Values } from '../../src/model/references.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-load-'));
after(() => rmSync(ROOT, { recursive: true }));

let count = 0;
/** Writes files into a fresh folder and returns the path of the first. */
function write(files: Readonly<Record<string, string>>): string {
  const folder = join(ROOT, `case-${count++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return join(folder, Object.keys(files)[0] ?? '');
}

async function loadOne<T extends Server>(entry: string, values: Values = {}): Promise<T> {
  const stack = await loadStack(write({ 'stack.yaml': `servers: { one: ${entry} }` }), values);
  return stack.servers[0] as T;
}

async function failure(file: string, values: Values = {}): Promise<ConfigError> {
  const error = await loadStack(file, values).then(
    () => assert.fail('must not load'),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof ConfigError, String(error));
  return error;
}

test('an entry that allows long calls must not be cut off by the default maximum', async () => {
  const timeouts = async (own: string) => {
    const stack = await loadStack(
      write({ 's.yaml': `servers: { one: { image: a/b, timeouts: ${own} } }` }),
      {},
    );
    const { call, callMax } = stack.servers[0]?.view.timeouts ?? {};
    return [call, callMax];
  };
  assert.deepEqual(await timeouts('{ call: 2h }'), [7_200_000, 7_200_000]);
  assert.deepEqual(await timeouts('{ call: 2h, callMax: 90m }'), [7_200_000, 5_400_000]);
});

test('warnings must come with the problems, those of refused entries too', async () => {
  const text = `servers:
  a: { command: [node, x.mjs, --token, abc], foo: 1 }
  b: { image: x, network: host, memory: [] }
  c: { command: node, args: ["%APPDATA%/x"] }
  d: { volumes: [1], image: 3 }`;
  const { problems, warnings } = await failure(write({ 's.yaml': text }));
  assert.ok(problems.length > 3);
  assert.deepEqual(
    warnings.map(({ place }) => place.line),
    [2, 3, 4],
  );
});

test('keys that the file does not set must have the documented defaults', async () => {
  const file = write({ 'stack.yaml': 'servers: { one: { image: a/b } }' });
  const stack = await loadStack(file, {});
  assert.deepEqual(stack.gateway, { host: '127.0.0.1', port: 8001, discover: 'off' });
  assert.equal(stack.composeFile, join(dirname(file), 'docker-compose.mcp.yml'));
  assert.deepEqual(stack.servers, [
    {
      serverName: 'one',
      type: 'container',
      transport: 'stdio',
      image: 'a/b',
      view: {
        prefix: 'one',
        tools: { rename: {} },
        timeouts: {
          start: 60_000,
          call: 60_000,
          callMax: 3_600_000,
          drain: 30_000,
          health: 30_000,
          idle: 300_000,
        },
        maxInFlight: 1000,
        isolation: 'shared',
        start: 'eager',
      },
      place: { path: file, line: 1 },
      unset: [],
      env: {},
      envFile: [],
      secrets: {},
      volumes: [],
      ports: [],
      network: 'isolated',
      path: '/mcp',
      readOnly: false,
      tmpfs: [],
      cpus: 1,
      memory: '512m',
      pids: 256,
      capAdd: [],
      restart: 'no',
      stopGrace: 10_000,
      link: 'auto',
      compose: {},
    },
  ]);
});

test('a stack must be frozen at every depth, and its servers sorted', async () => {
  const stack = await loadStack(
    write({ 's.yaml': 'servers: { b: { image: x, env: { A: b } }, a: { command: x } }' }),
    {},
  );
  const thaw = (value: unknown): unknown[] =>
    typeof value === 'object' && value !== null
      ? [...(Object.isFrozen(value) ? [] : [value]), ...Object.values(value).flatMap(thaw)]
      : [];
  assert.deepEqual(thaw(stack), []);
  assert.deepEqual(
    stack.servers.map(({ serverName }) => serverName),
    ['a', 'b'],
  );
});

for (const [entry, command, args] of [
  ['{ command: npx -y "a b" }', 'npx', ['-y', 'a b']],
  ['{ command: npx, args: [-y, a b, 1.10] }', 'npx', ['-y', 'a b', '1.10']],
  ['{ command: "/opt/my server/run", args: [] }', '/opt/my server/run', []],
  ['{ command: [npx, -y, 5] }', 'npx', ['-y', '5']],
] as const)
  test(`the spelling ${entry} means ${command} ${args.join(' ')}`, async () => {
    const server = await loadOne<NativeServer>(entry);
    assert.deepEqual([server.command, ...server.args], [command, ...args]);
  });

test('an unset variable must not fail the load: it is recorded with its first place', async () => {
  const file = write({
    's.yaml': [
      'servers:',
      '  a:',
      '    image: x/${IMAGE_TAG}',
      '    env: { A: "${TOKEN}", B: "${TOKEN}", C: "${SET}", D: "${OTHER:-x}", E: "$$${DOLLAR}" }',
      '    secrets: { s: { environment: FROM_ENV } }',
      '  b: { command: x, args: ["${constructor}"] }',
    ].join('\n'),
  });
  const values = await readEnvironment(file, { SET: '' });
  const stack = await loadStack(file, values);
  assert.deepEqual(
    stack.servers.map(({ unset }) => unset.map(({ variable, place }) => `${variable}:${place.line}`)),
    [['IMAGE_TAG:3', 'TOKEN:4', 'DOLLAR:4', 'FROM_ENV:5'], ['constructor:6']],
  );
});

test('the environment must take precedence over the .env beside the file', async () => {
  const file = write({ 's.yaml': '', '.env': 'A=file\nB="two words" # note\n' });
  const values = await readEnvironment(file, { A: 'process' });
  assert.deepEqual({ ...values }, { A: 'process', B: 'two words' });
  assert.equal((await readEnvironment(join(ROOT, 'none/s.yaml'), {})).A, undefined);
});

test('references in gateway must be resolved when the file is read', async () => {
  const file = write({ 's.yaml': 'gateway: { port: "${PORT}", host: "${HOST:-localhost}" }\nservers: {}' });
  assert.deepEqual((await loadStack(file, { PORT: '0' })).gateway, {
    host: 'localhost',
    port: 0,
    discover: 'off',
  });
});

for (const [file, name] of [
  ['Team/my-stack.yaml', 'team-my-stack'],
  ['team/My Stack.v2.yaml', 'team-my-stack-v2'],
  ['tools/tools.yaml', 'tools'],
  ['repo/stacks/default.yaml', 'repo-stacks'],
  ['repo/stacks/team.yaml', 'repo-stacks-team'],
  ['me/mcp/config/hive.yaml', 'me-mcp-config'],
  ['Research Lab/hive.yaml', 'research-lab'],
  ['_x/stack.json', 'x'],
  [`${'long'.repeat(20)}/${'name'.repeat(20)}.json`, `${'long'.repeat(20)}`.slice(0, 63)],
] as const)
  test(`a stack without a name in ${file} is called ${name}`, async () => {
    assert.equal((await loadStack(write({ [file]: '{ "servers": {} }' }), {})).name, name);
  });

test('stacks without a name in files of one name must have different names', async () => {
  const files = ['a/default.yaml', 'b/default.yaml', 'a/team.yaml', 'b/team.yaml', 'c/stacks/team.yaml'];
  const names = await Promise.all(
    files.map(async (file) => (await loadStack(write({ [file]: 'servers: {}' }), {})).name),
  );
  assert.equal(new Set(names).size, files.length, names.join(' '));
});

test('every file on which the stack depends must be watched', async () => {
  const file = write({
    's.yaml':
      'include: [more.yaml, "conf.d/*.yaml"]\nservers: { a: { dockerfile: d/Dockerfile, envFile: a.env, secrets: { s: { file: s.txt } } } }',
    'more.yaml': 'servers: { b: { command: x, envFile: b.env } }',
    'conf.d/c.yaml': 'servers: { c: { url: "https://c" } }',
    'd/Dockerfile': 'FROM a\nCOPY src /src',
    'd/src/a.js': 'a',
    'd/other': 'o',
    'a.env': '',
    'b.env': '',
    's.txt': '',
  });
  const folder = dirname(file);
  const { watched } = await loadStack(file, {});
  const local = watched.map((path) => path.slice(folder.length + 1));
  for (const path of [
    's.yaml',
    '.env',
    'more.yaml',
    'conf.d',
    'conf.d/c.yaml',
    'd/Dockerfile',
    'd/src',
    'd/src/a.js',
    'a.env',
    'b.env',
    's.txt',
  ])
    assert.ok(local.includes(path), `${path} must be watched`);
  assert.ok(!local.includes('d/other'), 'd/other is not copied');
});

test('a missing file must have another code than a bad file', async () => {
  const error = await failure(join(ROOT, 'nowhere.yaml'));
  assert.equal(error.code, 'CONFIG_NOT_FOUND');
  assert.equal(error.problems.length, 1);
});

test('a failed load must name the files to watch for the fix', async () => {
  const file = write({
    's.yaml': 'include: more.yaml\nservers: {}',
    'more.yaml': 'servers: { a: { imag: x } }',
  });
  const error = await failure(file);
  assert.equal(error.code, 'CONFIG_INVALID');
  assert.ok(error.watched.includes(join(dirname(file), 'more.yaml')));
});

test('a byte order mark and CRLF must change nothing, not even line numbers', async () => {
  const file = write({ 's.yaml': '\uFEFFservers:\r\n  a:\r\n    image: x\r\n    imag: y\r\n' });
  const { problems } = await failure(file);
  assert.deepEqual(
    problems.map(({ place, keyPath }) => [place.line, keyPath]),
    [[4, 'servers.a.imag']],
  );
});

test('values of env, headers and args must not be shown in any problem', async () => {
  const file = write({
    's.yaml': [
      'servers:',
      '  a: { image: x, env: { TOKEN: [hunter2] } }',
      '  b:',
      '    url: https://x',
      '    headers:',
      '      Authorization: { bearer: hunter2 }',
      '  c: { command: x, args: { k: hunter2 } }',
      '  d: { command: x, apiKey: hunter2, env: { "A B": hunter2 } }',
    ].join('\n'),
  });
  const { problems, message } = await failure(file);
  assert.equal(problems.length, 5);
  assert.ok(!JSON.stringify([problems, message]).includes('hunter2'), JSON.stringify(problems, null, 1));
});

test('server names must not clash with members that objects inherit', async () => {
  const file = write({
    's.yaml':
      'servers: { constructor: { image: x }, toString: { command: x }, hasOwnProperty: { url: "https://x" } }',
  });
  const stack = await loadStack(file, {});
  assert.deepEqual(
    stack.servers.map(({ serverName }) => serverName),
    ['constructor', 'hasOwnProperty', 'toString'],
  );
});

test('merge keys and aliases must be resolved, and located where they were written', async () => {
  const file = write({
    's.yaml': 'servers:\n  a: &a\n    image: x\n    pids: many\n  b:\n    <<: *a\n    image: y\n',
  });
  const { problems } = await failure(file);
  assert.deepEqual(
    problems.map(({ place, keyPath }) => `${keyPath}:${place.line}`),
    ['servers.a.pids:4', 'servers.b.pids:4'],
  );
});

test('only reading tools by default must hold for every server that does not say otherwise', async () => {
  const text =
    'defaults: { tools: { readOnly: true } }\nservers: { a: { command: x }, b: { command: x, tools: { readOnly: false, deny: [d] } }, g: { type: builtin, use: gateway } }';
  const { servers, readOnlyDiscovered } = await loadStack(write({ 's.yaml': text }), {});
  assert.deepEqual(
    servers.map(({ view }) => view.tools.readOnly),
    [true, undefined, true],
  );
  assert.equal(readOnlyDiscovered, true);
});

for (const [allow, without] of [
  ['["docs_*", notes_read]', ['github']],
  ['["*_read"]', undefined],
  ['["d*"]', ['github', 'notes']],
  ['["docs_fi*nd"]', ['github', 'notes']],
  ['["Docs-x"]', ['github', 'notes']],
] as const)
  test(`a view that allows ${allow} must be without the servers of which it can show no tool`, async () => {
    const servers = 'servers: { docs: { command: x }, notes: { command: x }, github: { command: x } }';
    const text = `${servers}\nviews: { v: { tools: { allow: ${allow} } }, w: { servers: [github], tools: { allow: [docs_x] } } }`;
    const [v, w] = (await loadStack(write({ 's.yaml': text }), {})).views ?? [];
    assert.deepEqual([v?.without, w?.without], [without, undefined]);
  });

test('a default of one kind of server must not apply to another kind', async () => {
  const file = write({
    's.yaml':
      'defaults: { container: { memory: 1g, pull: always }, timeouts: { call: 5s } }\nservers: { a: { image: x }, b: { dockerfile: D }, c: { command: x } }',
    D: 'FROM a',
  });
  const [a, b, c] = (await loadStack(file, {})).servers as [ContainerServer, ContainerServer, NativeServer];
  assert.deepEqual(
    [a.memory, a.pull, b.memory, b.pull, c.view.timeouts.call],
    ['1g', 'always', '1g', undefined, 5000],
  );
});

test('types and keys must not clash with members that objects inherit', async () => {
  const load = (entry: string) => failure(write({ 's.yaml': `servers: { one: ${entry} }` }));
  for (const type of ['constructor', 'toString', '{ toString: 1 }'])
    assert.match(
      (await load(`{ image: a/b, type: ${type} }`)).message,
      /must be container, native, remote or builtin/,
    );
  for (const key of ['constructor', 'toString']) {
    const [found] = (await load(`{ image: a/b, ${key}: 1 }`)).problems;
    assert.match(`${found?.message} ${found?.hint}`, new RegExp(`^unknown key "${key}" .* known keys: `));
  }
  const one = await loadOne<ContainerServer>(
    '{ image: a/b, compose: { sysctls: { constructor: 1, toString: 2 } } }',
  );
  assert.deepEqual(one.compose, { sysctls: { constructor: 1, toString: 2 } });
});

test('the tools of a built-in server must keep their names unless its entry has a prefix', async () => {
  const plain = await loadOne('{ type: builtin, use: gateway }');
  assert.deepEqual([plain.type, plain.view.prefix], ['builtin', '']);
  const prefixed = await loadOne('{ use: gateway, prefix: hive }');
  assert.deepEqual([prefixed.type, prefixed.view.prefix], ['builtin', 'hive']);
});

test('a server that is switched off must be checked, and named, but not run', async () => {
  const file = write({
    's.json':
      '{ "mcpServers": {\n  "a": { "command": "x", "disabled": true },\n  "b": { "url": "http://h/", "enabled": false },\n  "c": { "command": "y", "disabled": false, "enabled": true } } }',
  });
  const { servers, off } = await loadStack(file, {});
  assert.deepEqual(
    servers.map(({ serverName }) => serverName),
    ['c'],
  );
  assert.deepEqual(off, [
    { serverName: 'a', place: { path: file, line: 2 } },
    { serverName: 'b', place: { path: file, line: 3 } },
  ]);
  const error = await failure(write({ 's.yaml': 'servers: { a: { enabled: false, comand: x } }' }));
  assert.match(error.message, /unknown key "comand"/);
});

test('variables to inherit must come from the entry, else from the defaults', async () => {
  const inherited = async (text: string) => {
    const { servers } = await loadStack(write({ 's.yaml': text }), {});
    return servers.map((server) => (server as NativeServer).inheritEnv);
  };
  const defaults = 'defaults: { native: { inheritEnv: [A] } }\n';
  assert.deepEqual(await inherited('servers: { a: { command: x } }'), [undefined]);
  assert.deepEqual(
    await inherited(
      `${defaults}servers: { a: { command: x }, b: { command: x, inheritEnv: ["B_*"] }, c: { command: x, inheritEnv: true }, d: { command: x, inheritEnv: false } }`,
    ),
    [['A'], ['B_*'], ['*'], undefined],
  );
  assert.match(
    (await failure(write({ 's.yaml': 'servers: { a: { command: x, inheritEnv: ["a b"] } }' }))).message,
    /names of variables/,
  );
});
