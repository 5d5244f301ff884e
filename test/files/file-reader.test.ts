/** The user's files: only regular ones are read, with a limit of size, and no FIFO stops a reading. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FileReader } from '../../src/files/file-reader.ts';
import { readFileBytes, readFileText } from '../../src/files/read-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-files-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

const MAX = { maxBytes: 1 << 20 };

test('a regular file must be read, by a link and from /proc too', async () => {
  writeFileSync(at('plain'), 'text');
  symlinkSync(at('plain'), at('link'));
  for (const path of [at('plain'), at('link')]) {
    assert.equal(await new FileReader().text(path, 4), 'text');
    assert.equal(readFileText(path, MAX), 'text');
  }
  assert.match(await new FileReader().text('/proc/self/status', 1 << 20), /^Name:/);
  assert.throws(() => readFileBytes(at('link'), { ...MAX, followLinks: false }), { code: 'ELOOP' });
});

test('what is no regular file must be refused at once, with its kind', async (t) => {
  execFileSync('mkfifo', [at('fifo')]);
  mkdirSync(at('folder'));
  const server = createServer().listen(at('socket'));
  t.after(() => server.close());
  for (const [path, kind] of [
    [at('fifo'), 'FIFO'],
    [at('folder'), 'folder'],
    [at('socket'), 'socket'],
    ['/dev/zero', 'device'],
  ] as const) {
    const refused = { code: 'NOT_REGULAR', message: `it is a ${kind}, not a regular file` };
    await assert.rejects(new FileReader().text(path, 10), refused);
    assert.throws(() => readFileText(path, MAX), refused);
  }
});

test('a file above the limit must be refused, one of that size not', async () => {
  writeFileSync(at('large'), 'x'.repeat(200_000));
  const refused = { code: 'TOO_LARGE', message: 'it is larger than 195 KiB' };
  await assert.rejects(new FileReader().bytes(at('large'), 199_999), refused);
  assert.throws(() => readFileBytes(at('large'), { maxBytes: 199_999 }), refused);
  assert.equal((await new FileReader().bytes(at('large'), 200_000)).length, 200_000);
  assert.equal(readFileBytes(at('large'), { maxBytes: 200_000 }).length, 200_000);
});

test('files that match a pattern must be found, up to the limit', async () => {
  mkdirSync(at('many'));
  for (const name of ['a.yaml', 'b.yaml', 'c.txt']) writeFileSync(join(at('many'), name), '');
  assert.deepEqual((await new FileReader().matches('*.yaml', at('many'))).sort(), ['a.yaml', 'b.yaml']);
  for (let index = 0; index < 1_001; index++) writeFileSync(join(at('many'), `${index}.yml`), '');
  await assert.rejects(new FileReader().matches('*.yml', at('many')), {
    code: 'TOO_LARGE',
    message: 'more than 1000 files match it',
  });
});

test('a file must be read in chunks of 64 KiB, so that a reader who stops early has read little', async () => {
  writeFileSync(at('chunked'), 'x'.repeat(200_000));
  const sizes: number[] = [];
  for await (const chunk of new FileReader().chunks(at('chunked'))) sizes.push(chunk.length);
  assert.deepEqual(sizes, [65_536, 65_536, 65_536, 3_392]);
});
