/** The user's files: only regular ones are read, and neither a FIFO nor a dead disk stops a reading. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FileReader, type FileSystem } from '../../src/files/file-reader.ts';
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

/** A disk whose `stat` answers only when told. */
function deadDisk() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  const hang = (path: string) => {
    asked.push(path);
    return new Promise<never>((_, reject) => answers.push(() => reject(new Error('gone'))));
  };
  return { asked, answers, fs: { stat: hang, lstat: hang, open: hang } as unknown as FileSystem };
}

const BLOCKED = { code: 'BLOCKED' };

test('a disk that does not answer must cost a limited time and two threads, and be asked again once it answers', async () => {
  const { fs, asked, answers } = deadDisk();
  const reader = new FileReader(fs, 20);
  const paths = Array.from({ length: 50 }, (_, index) => `/dead/${index}`);
  const all = await Promise.allSettled(paths.map((path) => reader.lstat(path)));
  assert.ok(all.every((it) => it.status === 'rejected' && it.reason.code === 'BLOCKED'));
  assert.deepEqual(asked, ['/dead/0', '/dead/1']);
  await assert.rejects(reader.text('/dead/0', 10), BLOCKED);
  await assert.rejects(reader.stat('/dead/7'), BLOCKED);
  assert.equal(asked.length, 2);
  assert.ok(reader.isHanging);
  for (const answer of answers) answer();
  await new Promise(setImmediate);
  assert.ok(!reader.isHanging);
  await assert.rejects(reader.stat('/dead/0'), BLOCKED);
  assert.equal(asked.length, 3);
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
