import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { addedPath, readAdded } from '../../src/added/added-file.ts';
import { AddedStore } from '../../src/added/added-store.ts';
import type { AddedServer } from '../../src/model/added/added.ts';

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), 'hive-added-store-'));
  t.after(() => rmSync(path, { recursive: true }));
  return path;
}

const server = (serverName: string, entry: object = { image: 'x' }): AddedServer => ({
  serverName,
  entry: { ...entry },
  facts: { source: 's', sha256: 'ab', parameters: { p: '1.10' }, by: 'local', since: 'then' },
});

test('what is written must be read again as it was', (t) => {
  const path = folder(t);
  const odd = { env: { A: '1.10', B: 'yes', C: '${D:-x}', E: '' }, args: ['a b', '#', '0x1'], prefix: '' };
  const before = server('a');
  const store = new AddedStore(readAdded(path));
  store.set({ ...server('a', odd), unproven: { before, volumes: ['s_v'] } });
  store.set(server('b'));
  const read = new AddedStore(readAdded(path)).all();
  assert.deepEqual(read, [{ ...server('a', odd), unproven: { before, volumes: ['s_v'] } }, server('b')]);
  store.remove(['a', 'b']);
  assert.equal(existsSync(addedPath(path)), false);
});

for (const [what, make] of Object.entries({
  'text that is no YAML': (path: string) => writeFileSync(path, 'servers: ['),
  'a folder': (path: string) => mkdirSync(path),
  'a file that is too large': (path: string) => writeFileSync(path, `# ${'x'.repeat(600_000)}`),
}))
  test(`${what} in place of the file is kept aside by the next change`, (t) => {
    const path = folder(t);
    make(addedPath(path));
    new AddedStore(readAdded(path)).set(server('a'));
    assert.deepEqual(readdirSync(path).sort(), ['added.yaml', 'added.yaml.bak']);
    assert.match(readFileSync(addedPath(path), 'utf8'), /^ {2}a:$/m);
  });

test('200 servers may be added, and no more; changes and removals go on', (t) => {
  const { path } = readAdded(folder(t));
  const names = Array.from({ length: 200 }, (_, index) => `s${index}`);
  const full = new AddedStore({
    path,
    text: `servers: { ${names.map((it) => `${it}: { image: x }`).join(', ')} }`,
  });
  assert.throws(() => full.with(server('more')), { code: 'ADDED_FULL' });
  full.set(server('s0', { image: 'y' }));
  full.remove(['s1']);
  full.set(server('more'));
  assert.equal(full.all().length, 200);
});

test('entries may fill 512 kB, and no more', (t) => {
  const store = new AddedStore(readAdded(folder(t)));
  store.set(server('a', { image: 'x'.repeat(500_000) }));
  assert.throws(() => store.set(server('b', { image: 'x'.repeat(100_000) })), { code: 'ADDED_FULL' });
  assert.deepEqual(
    store.all().map(({ serverName }) => serverName),
    ['a'],
  );
});
