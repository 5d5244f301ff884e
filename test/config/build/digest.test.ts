import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ContextTooLarge, digestBuild } from '../../../src/config/build/digest.ts';
import { FileReader } from '../../../src/files/file-reader.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hive-digest-'));
  put('Dockerfile', 'FROM a\nCOPY . /app\n');
  put('src/a.js', 'a');
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

async function digest(extras?: unknown): Promise<string> {
  return (await digestBuild(new FileReader(), join(folder, 'Dockerfile'), folder, extras)).digest;
}

const CHANGES: readonly (readonly [string, () => void])[] = [
  ['an edited Dockerfile', () => put('Dockerfile', 'FROM b\nCOPY . /app\n')],
  ['an edited file', () => put('src/a.js', 'b')],
  ['a new file', () => put('src/b.js', '')],
  ['a removed file', () => rmSync(join(folder, 'src/a.js'))],
  ['a link', () => symlinkSync('a.js', join(folder, 'src/link.js'))],
];
for (const [what, change] of CHANGES)
  test(`${what} makes a new digest`, async () => {
    const before = await digest();
    assert.equal(await digest(), before);
    change();
    assert.notEqual(await digest(), before);
  });

test('a platform makes a new digest', async () => {
  assert.notEqual(await digest({ platform: 'linux/arm64' }), await digest({ platform: 'linux/amd64' }));
});

test('text moved from one file to the next must make a new digest', async () => {
  put('x', 'ab');
  put('y', '');
  const before = await digest();
  put('x', 'a');
  put('y', 'b');
  assert.notEqual(await digest(), before);
});

test('a Dockerfile that copies nothing must not depend on its folder', async () => {
  put('Dockerfile', 'FROM a\nRUN b\n');
  const before = await digestBuild(new FileReader(), join(folder, 'Dockerfile'), folder, undefined);
  put('src/a.js', 'changed');
  assert.equal(await digest(), before.digest);
  assert.deepEqual(before.watched, [join(folder, 'Dockerfile')]);
});

test('only files that are copied must count', async () => {
  put('Dockerfile', 'FROM a\nCOPY src/ package.json /app/\n');
  put('package.json', '{}');
  put('README.md', 'one');
  const before = await digest();
  put('README.md', 'two');
  assert.equal(await digest(), before);
  put('package.json', '{ }');
  assert.notEqual(await digest(), before);
});

test('ignored files must not count, and re-included files must', async () => {
  put('.dockerignore', 'logs\n*.tmp\n!keep.tmp\n!logs/kept\n');
  put('logs/x', '1');
  const before = await digest();
  put('logs/x', '2');
  put('new.tmp', '');
  assert.equal(await digest(), before);
  put('logs/kept', '');
  const kept = await digest();
  assert.notEqual(kept, before);
  put('keep.tmp', '');
  assert.notEqual(await digest(), kept);
});

test('a Dockerfile’s own ignore file must take precedence over the folder’s', async () => {
  put('.dockerignore', '');
  put('Dockerfile.dockerignore', 'src\n');
  const before = await digest();
  put('src/a.js', 'changed');
  assert.equal(await digest(), before);
});

for (const [limits, reason] of [
  [{ files: 2, bytes: 1e9 }, /more than 2 files/],
  [{ files: 100, bytes: 1 }, /more than 0 MB/],
] as const)
  test(`a context that ${reason.source} is refused`, async () => {
    put('b', 'bb');
    await assert.rejects(
      digestBuild(new FileReader(), join(folder, 'Dockerfile'), folder, undefined, { limits }),
      (error: unknown) => {
        assert.ok(error instanceof ContextTooLarge);
        return reason.test(error.message);
      },
    );
  });

test('the part of the digest that changed must be that of the edited file', async () => {
  const parts = async () =>
    (await digestBuild(new FileReader(), join(folder, 'Dockerfile'), folder, undefined)).parts;
  const changed = (a: object, b: object) => {
    const entries = new Map(Object.entries(b));
    return Object.entries(a).flatMap(([key, value]) => (entries.get(key) === value ? [] : [key]));
  };
  put('server.py', '1');
  const first = await parts();
  assert.deepEqual(Object.keys(first), ['dockerfile', './server.py', './src/a.js']);
  put('server.py', '2');
  const second = await parts();
  assert.deepEqual(changed(first, second), ['./server.py']);
  put('Dockerfile', 'FROM b\nCOPY . /app\n');
  assert.deepEqual(changed(second, await parts()), ['dockerfile']);
  for (let count = 0; count < 201; count++) put(`many/${count}`, '');
  assert.deepEqual(Object.keys(await parts()), ['dockerfile', 'files that its Dockerfile copies']);
});

test('the compiled file in the context must not change the digest that it holds', async () => {
  const written = join(folder, 'docker-compose.mcp.yml');
  const digestNow = async (): Promise<string> =>
    (await digestBuild(new FileReader(), join(folder, 'Dockerfile'), folder, undefined, { written })).digest;
  const before = await digestNow();
  put('docker-compose.mcp.yml', 'services: {}');
  put('docker-compose.mcp.yml.new', 'services: {}');
  assert.equal(await digestNow(), before);
  put('compose.yml', 'services: {}');
  assert.notEqual(await digestNow(), before);
});
