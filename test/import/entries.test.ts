/** How one entry is converted: commands, references, secrets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { HIVE_KEYS } from '../../src/config/foreign/hive-keys.ts';
import type { Keys } from '../../src/config/foreign/keys.ts';
import { parseEnvFile } from '../../src/files/env-file.ts';
import { convert, NO_TARGET } from '../../src/import/convert.ts';
import { variableLine } from '../../src/import/render.ts';
import { resolveReferences } from '../../src/model/references.ts';

function converted(keys: Keys, name = 'x') {
  const file = { format: 'test', servers: [{ name, keys }] };
  const part = { file, path: '/p/.cursor/mcp.json', home: '/home/me', target: '/p' };
  const { servers, variables, notes } = convert([part], NO_TARGET);
  return { entry: [...servers.values()][0] ?? {}, variables, notes };
}

const run = (...args: string[]) => converted({ command: 'docker', args: ['run', ...args] }).entry;

test('`docker run` must become a container with the same options', () => {
  assert.deepEqual(run('-i', '--rm', 'img'), { image: 'img' });
  assert.deepEqual(run('-it', '-e', 'A=1', '--env=B=2', '-eC=3', 'img:1', 'serve', '-e', 'x'), {
    image: 'img:1',
    command: ['serve', '-e', 'x'],
    env: { A: '1', B: '2', C: '3' },
  });
  assert.deepEqual(
    run('-v', './d:/d', '--mount', 'type=bind,src=/a,dst=/b,readonly', '--user', '1:1', 'img'),
    {
      image: 'img',
      volumes: ['./d:/d', '/a:/b:ro'],
      user: '1:1',
    },
  );
  assert.deepEqual(
    run('--network=none', '-w', '/w', '--entrypoint', 'sh', '--memory', '1g', '--cpus=2', 'img'),
    {
      image: 'img',
      entrypoint: ['sh'],
      workdir: '/w',
      network: 'none',
      memory: '1g',
      cpus: 2,
    },
  );
  assert.deepEqual(run('--add-host', 'h:1.2.3.4', '--shm-size=1g', 'img').compose, {
    extra_hosts: ['h:1.2.3.4'],
    shm_size: '1g',
  });
});

test('`docker run -e NAME` must pass on the value that the client gave to docker', () => {
  const keys = { command: 'docker', args: ['run', '-e', 'A', '-e', 'B', 'img'], env: { A: 'own' } };
  assert.deepEqual(converted(keys).entry, { image: 'img', env: { A: 'own', B: '${B}' } });
});

test('an option of docker that Hive cannot express must leave the entry a process, and be named', () => {
  const { entry, notes } = converted({ command: 'docker', args: ['run', '--gpus', 'all', 'img'] });
  assert.deepEqual(entry, { command: 'docker', args: ['run', '--gpus', 'all', 'img'] });
  assert.match(notes[0]?.text ?? '', /--gpus/);
  assert.deepEqual(converted({ command: 'docker', args: ['mcp', 'gateway', 'run'] }).entry.command, 'docker');
});

test('references of other clients must become variables, and other dollars stay text', () => {
  const texts: Readonly<Record<string, string>> = {
    '${env:A}': '${A}',
    '${input:api-key}': '${API_KEY}',
    '{env:A}': '${A}',
    $A: '${A}',
    'Bearer $A': 'Bearer ${A}',
    '${A:-b}': '${A:-b}',
    '${workspaceFolder}/x': './x',
    '${workspaceFolderBasename}': 'p',
    '${userHome}${/}x': '/home/me/x',
    '~/x': '/home/me/x',
    '%APPDATA%': '${APPDATA}',
    'a%20b%2Fc': 'a%20b%2Fc',
    pa$$word: 'pa$$$$word',
    cost$: 'cost$$',
    '${user_config.folder}': '${FOLDER}',
    '${command:pick.it}': '${COMMAND_PICK_IT}',
  };
  for (const [text, want] of Object.entries(texts))
    assert.deepEqual(converted({ command: 'x', args: ['a', text] }).entry.args, ['a', want], text);
});

test('a variable that the entry itself sets must be its value in the arguments', () => {
  const keys = { command: 'x', args: ['Host:${A}'], env: { A: 'one' } };
  assert.deepEqual(converted(keys).entry.args, ['Host:one']);
});

test('any text without a reference must reach the server as it stands', () => {
  const isPlain = (text: string) => !/\$[{A-Za-z_]|\{env:|\{\{|%[A-Z]|^~/.test(text);
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab $%{}~:\\"\'') }).filter(isPlain), (text) => {
      const { args } = converted({ command: 'x', args: ['first', text] }).entry as { args: string[] };
      assert.equal(resolveReferences(args[1] ?? '', {}), text);
    }),
  );
});

test('literal secrets must leave the entry, wherever they stand', () => {
  const secret = 'ghp_abcdefghijklmnopqrstu';
  const places: readonly Keys[] = [
    { command: 'x', env: { GITHUB_TOKEN: secret } },
    { command: 'x', env: { PGPASSWORD: 'hunter2' } },
    { command: 'x', args: ['--api-key', 'abc123secret'] },
    { command: 'x', args: ['--token=abc123secret'] },
    { command: 'x', args: [secret] },
    { command: 'x', args: ['postgresql://me:abc123secret@h/db'] },
    { url: 'https://h/mcp?api_key=abc123secret' },
    { url: 'https://h/mcp', headers: { Authorization: 'Bearer abc123secret' } },
    { url: 'https://h/mcp', headers: { 'X-Api-Key': 'abc123secret' } },
    { command: 'docker', args: ['run', '-e', `TOKEN=${secret}`, 'img'] },
    { command: 'npx', args: ['mcp-remote', 'https://h/mcp', '--header', 'X-Token: abc123secret'] },
    { command: 'x', args: ['--header', 'Authorization: Bearer abc123secret'] },
    { command: 'x', args: ['--header=Authorization: Bearer abc123secret'] },
    { command: 'x', args: ['-H', 'X-Api-Key:abc123secret'] },
  ];
  for (const keys of places) {
    const { entry, variables } = converted(keys);
    assert.doesNotMatch(JSON.stringify(entry), /abc123secret|hunter2|ghp_/, JSON.stringify(keys));
    assert.equal(variables.size, 1, JSON.stringify(keys));
  }
});

test('values that are no secrets must stay', () => {
  const env = {
    LOG_LEVEL: 'debug',
    PORT: '8080',
    API_KEY: '${OTHER}',
    TOKEN_URL: 'https://h/token',
    AUTH: 'true',
  };
  const { entry, variables } = converted({ command: 'x', args: ['--keyboard', 'de', '/srv/key'], env });
  assert.deepEqual(entry.env, env);
  assert.equal(variables.size, 0);
});

test('a placeholder must become a variable that the person sets, and no secret', () => {
  for (const text of ['<your-api-key>', 'YOUR_API_KEY', 'your-key-here', 'xxxx', '...']) {
    const { entry, variables } = converted({ command: 'x', env: { API_KEY: text } });
    assert.deepEqual([entry.env, variables.size], [{ API_KEY: '${API_KEY}' }, 0], text);
  }
});

test('two secrets of one name must get two variables, and the same secret one', () => {
  const servers = ['one', 'one', 'two'].map((value, index) => ({
    name: `s${index}`,
    keys: { command: `c${index}`, env: { API_KEY: value } },
  }));
  const part = { file: { format: 't', servers }, path: '/p/f.json', home: '/h', target: '/p' };
  const { variables } = convert([part], {
    ...NO_TARGET,
    variables: new Map([['API_KEY', 'there']]),
  });
  assert.deepEqual(
    [...variables],
    [
      ['API_KEY_2', 'one'],
      ['API_KEY_3', 'two'],
    ],
  );
});

test('every secret must be read back from .env as it was', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'${A}\\"\'\n\r# 0n1') })),
      (value) => {
        fc.pre(!value.includes('\0'));
        assert.equal(parseEnvFile(variableLine('A', value)).A, value);
      },
    ),
  );
});

test('names that Hive refuses must be changed, each once', () => {
  const name = (text: string) =>
    [
      ...convert(
        [
          {
            file: { format: 't', servers: [{ name: text, keys: { command: 'x' } }] },
            path: '/f',
            home: '/',
            target: '/',
          },
        ],
        { ...NO_TARGET, shown: 'hive.yaml', entries: new Map([['taken', {}]]) },
      ).servers.keys(),
    ][0];
  assert.equal(name('Dev Box MCP'), 'dev-box-mcp');
  assert.equal(name('github.com/upstash/context7-mcp'), 'context7-mcp');
  assert.equal(name('taken'), 'taken-2');
  assert.equal(name('搜索'), 'server');
  assert.equal(name('a'.repeat(100))?.length, 63);
});

test('a key of Hive must never be left out as unknown, and stay if its value fits', () => {
  const own = {
    stopGrace: '5s',
    maxInFlight: 3,
    isolation: 'session',
    start: 'lazy',
    inheritEnv: ['A'],
    prefix: '',
    timeouts: { start: '9s' },
  };
  const { entry, notes } = converted({ command: 'x', ...own });
  assert.deepEqual(entry, { command: 'x', ...own });
  assert.deepEqual(notes, []);
  for (const key of HIVE_KEYS)
    for (const { text } of converted({ command: 'x', image: 'y', [key]: { odd: true } }).notes)
      assert.doesNotMatch(text, /no such key/, key);
  // What another client means by the name is not what Hive means.
  const foreign = converted({ command: 'x', start: true, secrets: [], link: 'https://h/mcp' });
  assert.deepEqual(
    foreign.notes.map(({ text }) => text),
    ['left out, since Hive has another form for it: start, secrets'],
  );
});

test('a server that the target has already must be skipped, and another one of its name be said', () => {
  const servers = [
    { name: 'a', keys: { command: 'npx', args: ['x'], env: { TOKEN: 'ghp_abcdefghijklmnopqrstu' } } },
    { name: 'b', keys: { url: 'https://h/mcp' } },
  ];
  const part = { file: { format: 'test', servers }, path: '/p/mcp.json', home: '/h', target: '/p' };
  const first = convert([part], NO_TARGET);
  const target = { shown: 'hive.yaml', entries: first.servers, variables: first.variables };
  const again = convert([part], target);
  assert.deepEqual([again.servers.size, again.variables.size], [0, 0]);
  assert.deepEqual(again.notes, [
    { serverName: 'a', text: 'stands in hive.yaml already: skipped' },
    { serverName: 'b', text: 'stands in hive.yaml already: skipped' },
  ]);
  const edited = new Map<string, unknown>([...first.servers, ['b', { url: 'https://other/mcp' }]]);
  const third = convert([part], { ...target, entries: edited });
  assert.deepEqual([...third.servers.keys()], ['b-2']);
  assert.ok(third.notes.some(({ text }) => /hive\.yaml has another "b", so this one is "b-2"/.test(text)));
});

test('the workspace of a file of the user must be the folder of the config file, with one note', () => {
  const keys = {
    command: 'npx',
    args: ['fs', '${workspaceFolder}', '${workspaceFolder}/a'],
    workdir: '${workspaceRoot}',
    env: { NAME: '${workspaceFolderBasename}' },
  };
  const path = '/home/me/.config/Code/User/mcp.json';
  const file = { format: 'test', servers: [{ name: 'x', keys }] };
  const { servers, notes } = convert(
    [{ file, path, home: '/home/me', target: '/work/shop', isOfUser: true }],
    NO_TARGET,
  );
  assert.deepEqual(servers.get('x'), {
    command: 'npx',
    args: ['fs', '/work/shop', '/work/shop/a'],
    env: { NAME: 'shop' },
    workdir: '.',
  });
  const of = (name: string) => notes.filter(({ text }) => text.includes(`\${${name}} became the folder`));
  assert.equal(of('workspaceFolder').length, 1);
  assert.match(of('workspaceFolder')[0]?.text ?? '', /since \/home\/me.*mcp\.json belongs to no workspace/);
});

test('the workspace of a server of one project, in a file of the user, must be that project', () => {
  const keys = { command: 'npx', args: ['fs', '${CLAUDE_PROJECT_DIR:-.}'] };
  const file = { format: 'test', servers: [{ name: 'x', keys, project: '/p' }] };
  const part = { file, path: '/home/me/.claude.json', home: '/home/me', target: '/w', isOfUser: true };
  const { servers, notes } = convert([part], NO_TARGET);
  assert.deepEqual(servers.get('x'), { command: 'npx', args: ['fs', '/p'] });
  assert.deepEqual(notes, []);
});

test('a list of variables must become a map, and what is none be told', () => {
  const file = {
    format: 'test',
    servers: [
      { name: 'x', keys: { command: 'x', env: ['A=b=c', 'EMPTY=', 'PASSED', { name: 'N', value: 1 }, 5] } },
    ],
  };
  const part = { file, path: '/p/.cursor/mcp.json', home: '/home/me', target: '/p' };
  const { servers, notes } = convert([part], NO_TARGET);
  assert.deepEqual(servers.get('x')?.env, { A: 'b=c', EMPTY: '', PASSED: '${PASSED}', N: '1' });
  assert.match(notes.map(({ text }) => text).join(), /left out of env/);
});
