import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import '../helpers/seed.ts';
import { stringify } from 'yaml';
import { compile, compiledIsOurs } from '../../src/compile/compile.ts';
import { loadStack } from '../../src/config/load.ts';
import type { Compiled, Unit } from '../../src/model/compiled.ts';
import type { Values } from '../../src/model/references.ts';

const ROOT = mkdtempSync(join(tmpdir(), 'hive-compile-'));
before(() => {
  for (const name of ['Dockerfile', 'Other.Dockerfile', 'a.env', 'secret.txt'])
    writeFileSync(join(ROOT, name), 'FROM a');
  mkdirSync(join(ROOT, 'elsewhere'));
});
after(() => rmSync(ROOT, { recursive: true }));

type Entry = Readonly<Record<string, unknown>>;

async function compiled(entry: Entry, values: Values = {}): Promise<Compiled> {
  const file = join(ROOT, 'stack.yaml');
  writeFileSync(file, stringify({ name: 'test', servers: { one: entry } }));
  return compile(await loadStack(file, values));
}

async function unit(entry: Entry, values?: Values): Promise<Unit> {
  const [first] = (await compiled(entry, values)).units;
  assert.ok(first);
  return first;
}

const CONTAINER = { image: 'a/b' };
const HTTP = { image: 'a/b', transport: 'http', port: 3000 };
const BUILT = { dockerfile: 'Dockerfile' };
const NATIVE = { command: 'node server.js' };
const REMOTE = { url: 'https://example.com/mcp' };

const RESTARTS: readonly (readonly [Entry, Entry, string])[] = [
  [CONTAINER, { image: 'a/c' }, 'image'],
  [CONTAINER, { command: 'x' }, 'command'],
  [CONTAINER, { entrypoint: 'x' }, 'entrypoint'],
  [CONTAINER, { env: { A: '1' } }, 'env'],
  [CONTAINER, { envFile: 'a.env' }, 'envFile'],
  [CONTAINER, { secrets: { s: { file: 'secret.txt' } } }, 'secrets'],
  [CONTAINER, { volumes: ['vol:/v'] }, 'volumes'],
  [CONTAINER, { network: 'none' }, 'network'],
  [CONTAINER, { ports: ['9:9'] }, 'ports'],
  [CONTAINER, { readOnly: true }, 'readOnly'],
  [CONTAINER, { tmpfs: '/tmp' }, 'tmpfs'],
  [CONTAINER, { cpus: 2 }, 'cpus'],
  [CONTAINER, { memory: '1g' }, 'memory'],
  [CONTAINER, { pids: 9 }, 'pids'],
  [CONTAINER, { capAdd: ['CHOWN'] }, 'capAdd'],
  [CONTAINER, { user: 'node' }, 'user'],
  [CONTAINER, { workdir: '/x' }, 'workdir'],
  [CONTAINER, { runtime: 'runsc' }, 'runtime'],
  [CONTAINER, { platform: 'linux/arm64' }, 'platform'],
  [CONTAINER, { restart: 'always' }, 'restart'],
  [CONTAINER, { stopGrace: '1s' }, 'stopGrace'],
  [CONTAINER, { healthcheck: { disable: true } }, 'healthcheck'],
  [CONTAINER, { link: 'exec' }, 'link'],
  [CONTAINER, { native: { command: 'x' } }, 'native'],
  [CONTAINER, { compose: { dns: ['1.1.1.1'] } }, 'compose'],
  [HTTP, { port: 3001 }, 'port'],
  [HTTP, { path: '/other' }, 'path'],
  [NATIVE, { command: 'bun server.js' }, 'command'],
  [NATIVE, { command: 'node other.js' }, 'args'],
  [NATIVE, { env: { A: '1' } }, 'env'],
  [NATIVE, { envFile: 'a.env' }, 'envFile'],
  [NATIVE, { workdir: 'elsewhere' }, 'workdir'],
  [NATIVE, { stopGrace: '1s' }, 'stopGrace'],
  [REMOTE, { url: 'https://example.com/other' }, 'url'],
  [REMOTE, { headers: { A: 'b' } }, 'headers'],
];

for (const [base, edit, key] of RESTARTS)
  test(`${Object.keys(base)[0]}: a changed ${key} must restart the server and be named in the plan`, async () => {
    const [before, after] = [await unit(base), await unit({ ...base, ...edit })];
    assert.notEqual(after.hash, before.hash);
    assert.equal(after.viewHash, before.viewHash);
    const keys = new Set([...Object.keys(before.fieldHashes), ...Object.keys(after.fieldHashes)]);
    assert.deepEqual(
      [...keys].filter((one) => before.fieldHashes[one] !== after.fieldHashes[one]),
      [key],
    );
  });

test('a changed Dockerfile must restart its server, under another image name', async () => {
  const before = await unit(BUILT);
  writeFileSync(join(ROOT, 'Dockerfile'), 'FROM b');
  const after = await unit(BUILT);
  assert.notEqual(after.hash, before.hash);
  assert.notEqual(after.image, before.image);
  assert.notEqual(after.fieldHashes.dockerfile, before.fieldHashes.dockerfile);
});

test('a Dockerfile that only moved must give the same image', async () => {
  writeFileSync(join(ROOT, 'Other.Dockerfile'), 'FROM same');
  writeFileSync(join(ROOT, 'Dockerfile'), 'FROM same');
  const [before, after] = [await unit(BUILT), await unit({ dockerfile: 'Other.Dockerfile' })];
  assert.deepEqual([after.hash, after.image], [before.hash, before.image]);
});

for (const edit of [
  { prefix: 'other' },
  { prefix: '' },
  { tools: { deny: ['x'] } },
  { tools: { rename: { a: 'b' } } },
  { timeouts: { call: '1s' } },
])
  for (const base of [CONTAINER, HTTP, NATIVE, REMOTE])
    test(`${JSON.stringify(edit)} restarts nothing (${Object.keys(base)[0]})`, async () => {
      const [before, after] = [await unit(base), await unit({ ...base, ...edit })];
      assert.deepEqual([after.hash, after.fieldHashes], [before.hash, before.fieldHashes]);
      assert.notEqual(after.viewHash, before.viewHash);
    });

test('a change of `pull` must restart nothing', async () => {
  assert.equal((await unit({ ...CONTAINER, pull: 'always' })).hash, (await unit(CONTAINER)).hash);
});

test('two spellings of one entry must have the same hash', async () => {
  const [a, b] = [
    await unit({ command: 'npx -y "x y"' }),
    await unit({ type: 'native', command: 'npx', args: ['-y', 'x y'] }),
  ];
  assert.equal(a.hash, b.hash);
});

test('the value of a variable must be in no hash and not in the file', async () => {
  for (const base of [
    { ...CONTAINER, env: { T: '${T}' } },
    { ...NATIVE, env: { T: '${T}' } },
    { ...REMOTE, headers: { T: '${T}' } },
  ]) {
    const [one, two] = [await compiled(base, { T: 'hunter1' }), await compiled(base, { T: 'hunter2' })];
    assert.deepEqual(one.yaml, two.yaml);
    assert.deepEqual(
      [one.units[0]?.hash, one.units[0]?.fieldHashes],
      [two.units[0]?.hash, two.units[0]?.fieldHashes],
    );
    assert.ok(!one.yaml.includes('hunter'));
  }
});

test('only a file that Hive wrote may be replaced', async () => {
  const { yaml } = await compiled(CONTAINER);
  assert.ok(compiledIsOurs(yaml));
  for (const text of ['', 'services: {}\n', '# A file\n# Written by Hive from x\n'])
    assert.ok(!compiledIsOurs(text), text);
});

test('the header must name the config relative to the compiled file', async () => {
  mkdirSync(join(ROOT, 'stacks'), { recursive: true });
  const file = join(ROOT, 'stacks/my.yaml');
  writeFileSync(
    file,
    'composeFile: ../docker-compose.mcp.yml\nservers: { a: { dockerfile: ../Dockerfile, volumes: ["./d:/d"] } }',
  );
  const { yaml } = compile(await loadStack(file, {}));
  assert.match(yaml, /^# Written by Hive from stacks\/my\.yaml: /);
  assert.match(yaml, /hive compile -c stacks\/my\.yaml\n/);
  assert.match(yaml, /context: "\."\n/);
  assert.match(yaml, /- \.\/stacks\/d:\/d\n/);
});

/** A copy with its keys in another order at every depth. */
function shuffled(value: unknown, random: () => number): unknown {
  if (Array.isArray(value)) return value.map((item) => shuffled(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => ({
    key,
    inner: shuffled(inner, random),
    rank: random(),
  }));
  return Object.fromEntries(entries.sort((a, b) => a.rank - b.rank).map(({ key, inner }) => [key, inner]));
}

const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const entry = fc.record(
  {
    image: fc.constant('a/b'),
    env: fc.dictionary(fc.stringMatching(/^[A-Z_]{1,5}$/), fc.string(), { maxKeys: 4 }),
    command: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }),
    volumes: fc.uniqueArray(fc.constantFrom('aa:/a', './b:/b', '/c:/c'), { maxLength: 3 }),
    network: fc.constantFrom('isolated', 'none', 'host', 'team'),
    compose: fc.dictionary(fc.constantFrom('dns', 'hostname', 'x-note'), fc.constantFrom('a', 'b'), {
      maxKeys: 2,
    }),
    prefix: fc.constantFrom('', 'p'),
  },
  { requiredKeys: ['image'] },
);

test('the order of keys in the config must not change the compiled file', async () => {
  const servers = fc.dictionary(name, entry, { maxKeys: 5 });
  const file = join(ROOT, 'shuffled.yaml');
  const compileText = async (stack: unknown) => {
    writeFileSync(file, JSON.stringify(stack));
    return compile(await loadStack(file, {}));
  };
  await fc.assert(
    fc.asyncProperty(
      servers,
      fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })),
      async (map, stream) => {
        const stack = { name: 'x', servers: map };
        const [one, two] = [
          await compileText(stack),
          await compileText(shuffled(stack, () => stream.next().value)),
        ];
        assert.equal(one.yaml, two.yaml);
        assert.deepEqual(hashes(one), hashes(two));
      },
    ),
    { numRuns: 60 },
  );
});

function hashes({ units }: Compiled): unknown {
  return units.map(({ hash, viewHash, fieldHashes }) => [hash, viewHash, fieldHashes]);
}
