/** Files that are no files, files that Compose reads in another way, and files of many keys. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadStack } from '../../src/config/load.ts';
import type { ConfigError } from '../../src/config/source/diagnostics.ts';

const root = mkdtempSync(join(tmpdir(), 'hive-config-files-'));
after(() => rmSync(root, { recursive: true }));
let count = 0;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(root, String(count++));
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const fifo = (path: string): unknown => execFileSync('mkfifo', [path]);

async function problemsOf(folder: string): Promise<string[]> {
  const file = join(folder, 's.yaml');
  const error = await readEnvironment(file, {})
    .then((values) => loadStack(file, values))
    .then(
      () => undefined,
      (thrown: ConfigError) => thrown,
    );
  return (error?.problems ?? []).map(({ message, place }) => `${place.line}: ${message}`);
}

const one = (entry: string): string => `servers:\n  one: ${entry}\n`;

for (const [name, text, expected] of [
  ['s.yaml', '', '1: cannot read the config file: it is a FIFO, not a regular file'],
  ['.env', one('{ command: x }'), '1: cannot read .env: it is a FIFO, not a regular file'],
  [
    'more.yaml',
    'include: more.yaml',
    '1: cannot read the included file more.yaml: it is a FIFO, not a regular file',
  ],
  [
    'my.env',
    one('{ command: x, envFile: my.env }'),
    '2: the envFile of server "one" is a FIFO, not a regular file',
  ],
  [
    'Dockerfile',
    one('{ dockerfile: Dockerfile }'),
    '2: the dockerfile of server "one" is a FIFO, not a regular file',
  ],
] as const)
  test(`a FIFO in the place of ${name} must be refused with its line, and wait for nobody`, async () => {
    const folder = folderWith(name === 's.yaml' ? {} : { 's.yaml': text });
    fifo(join(folder, name));
    assert.ok((await problemsOf(folder)).includes(expected), String(await problemsOf(folder)));
  });

test('a .env that Compose refuses must be refused with its line, and without its values', async () => {
  const folder = folderWith({ 's.yaml': one('{ command: x }'), '.env': 'A=1\nB="hunter2\n' });
  assert.deepEqual(await problemsOf(folder), ['2: .env: a quoted value has no end']);
});

test('a value with # must be whole, and a folder named .env be passed over', async () => {
  const folder = folderWith({ '.env': 'PASS=a#b\n' });
  assert.equal((await readEnvironment(join(folder, 's.yaml'), {})).PASS, 'a#b');
  const other = folderWith({});
  mkdirSync(join(other, '.env'));
  assert.deepEqual({ ...(await readEnvironment(join(other, 's.yaml'), {})) }, {});
});

test('a raw key that Compose would refuse must be refused with its line and the nearest key', async () => {
  const raw =
    '{ image: x, compose: { hostnam: a, sysctls: 3, shm_size: 1g, dns: "${DNS:-1.1.1.1}", x-note: 1 } }';
  assert.deepEqual(await problemsOf(folderWith({ 's.yaml': one(raw) })), [
    '2: Compose knows no key "compose.hostnam" (server "one")',
    '2: "compose.sysctls" of server "one" has a form that Compose does not know',
  ]);
  const hidden = one('{ image: x, compose: { profiles: [a] } }');
  assert.deepEqual(await problemsOf(folderWith({ 's.yaml': hidden })), [
    '2: "compose.profiles" of server "one" cannot be set',
  ]);
});

test('a composeFile that is no file must be refused with its line, and one that is not there be good', async () => {
  const folder = folderWith({ 's.yaml': 'composeFile: below\nservers: {}\n' });
  assert.deepEqual(await problemsOf(folder), []);
  mkdirSync(join(folder, 'below'));
  assert.deepEqual(await problemsOf(folder), ['1: composeFile is a folder, not a file']);
  const piped = folderWith({ 's.yaml': 'servers: {}\ncomposeFile: fifo\n' });
  fifo(join(piped, 'fifo'));
  assert.deepEqual(await problemsOf(piped), ['2: composeFile is a FIFO, not a file']);
});

test('a volume that Compose reads as a Windows drive must be refused', async () => {
  for (const volume of ['d:/data', 'd:/data:ro'])
    assert.deepEqual(
      await problemsOf(folderWith({ 's.yaml': one(`{ image: x, volumes: ["${volume}"] }`) })),
      ['2: "volumes[0]" of server "one": Compose reads "d:" as a Windows drive'],
    );
});

test('an alias within its own value, and a tag that YAML does not know, must be refused', async () => {
  const circle = one('&a { command: x, env: { B: *a } }');
  assert.match(
    (await problemsOf(folderWith({ 's.yaml': circle })))[0] ?? '',
    /^2: .*within the value that it names/,
  );
  const tag = one('{ command: !!js/function x }');
  assert.match(
    (await problemsOf(folderWith({ 's.yaml': tag })))[0] ?? '',
    /^2: not valid YAML: Unresolved tag/,
  );
});

test('the time to read a file must grow with its size, and not with its square', {
  timeout: 60_000,
}, async () => {
  const timeOf = async (keys: number): Promise<number> => {
    const lines = Array.from({ length: keys }, (_, index) => `      K${index}: "\${V${index}}"`);
    const file = join(
      folderWith({ 's.yaml': ['servers:', '  one:', '    command: x', '    env:', ...lines].join('\n') }),
      's.yaml',
    );
    const began = performance.now();
    await loadStack(file, {});
    return performance.now() - began;
  };
  await timeOf(500);
  const [few, many] = [await timeOf(1_500), await timeOf(12_000)];
  assert.ok(many < 30 * few, `${few} ms for 1,500 keys, ${many} ms for 12,000`);
});

test('a config file above 1 MiB must be refused', async () => {
  const folder = folderWith({ 's.yaml': `# ${'x'.repeat(4 << 20)}\nservers: {}\n` });
  assert.deepEqual(await problemsOf(folder), ['1: cannot read the config file: it is larger than 1 MiB']);
});
