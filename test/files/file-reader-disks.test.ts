/** Disks that do not answer: each operation has a limit, and few may hang at a time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileReader, type FileSystem } from '../../src/files/file-reader.ts';

/** A disk that answers when it is told to. */
function slowDisk() {
  const asked: string[] = [];
  const answers: ((value?: unknown) => void)[] = [];
  const failures: (() => void)[] = [];
  const hang = (path: string): Promise<unknown> => {
    asked.push(path);
    const { promise, resolve, reject } = Promise.withResolvers();
    answers.push(resolve);
    failures.push(() => reject(new Error('gone')));
    return promise;
  };
  return { asked, answers, failures, fs: { stat: hang, lstat: hang, open: hang } as unknown as FileSystem };
}

const BLOCKED = { code: 'BLOCKED' };
const settled = (): Promise<void> => new Promise(setImmediate);

test('a disk that does not answer must cost a limited time and two threads, and be asked again once it answers', async () => {
  const { fs, asked, failures } = slowDisk();
  const reader = new FileReader(fs, 20);
  const paths = Array.from({ length: 50 }, (_, index) => `/dead/${index}`);
  const all = await Promise.allSettled(paths.map((path) => reader.lstat(path)));
  assert.ok(all.every((it) => it.status === 'rejected' && it.reason.code === 'BLOCKED'));
  assert.deepEqual(asked, ['/dead/0', '/dead/1']);
  await assert.rejects(reader.text('/dead/0', 10), BLOCKED);
  await assert.rejects(reader.stat('/dead/7'), BLOCKED);
  assert.equal(asked.length, 2);
  assert.ok(reader.isHanging);
  for (const fail of failures) fail();
  await settled();
  assert.ok(!reader.isHanging);
  await assert.rejects(reader.stat('/dead/0'), BLOCKED);
  assert.equal(asked.length, 3);
});

test('an operation must have five seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const reader = new FileReader(slowDisk().fs);
  const read = assert.rejects(reader.stat('/dead'), { ...BLOCKED, message: /within 5 s/ });
  t.mock.timers.tick(4_999);
  assert.ok(!reader.isHanging);
  t.mock.timers.tick(1);
  assert.ok(reader.isHanging);
  await read;
});

test('an operation that was answered must not count as hanging later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { fs, answers, failures } = slowDisk();
  const reader = new FileReader(fs, 20);
  const [read, failed] = [reader.stat('/a'), assert.rejects(reader.stat('/b'), /gone/)];
  answers[0]?.();
  failures[1]?.();
  await Promise.all([read, failed]);
  t.mock.timers.tick(100);
  assert.ok(!reader.isHanging);
});

test('two operations must run at a time, and the others in the order in which they came', async () => {
  const { fs, asked, answers } = slowDisk();
  const reader = new FileReader(fs);
  const reads = ['/0', '/1', '/2', '/3', '/4'].map((path) => reader.stat(path));
  assert.deepEqual(asked, ['/0', '/1']);
  for (const [index, read] of reads.entries()) {
    answers[index]?.();
    await read;
    await settled();
  }
  assert.deepEqual(asked, ['/0', '/1', '/2', '/3', '/4']);
});

test('operations that wait for a dead disk must be refused in the order in which they came', async () => {
  const reader = new FileReader(slowDisk().fs, 5);
  const refused: number[] = [];
  const wait = async (index: number): Promise<void> => {
    await assert.rejects(reader.stat(`/${index}`), BLOCKED);
    refused.push(index);
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6].map(wait));
  assert.deepEqual(refused, [0, 1, 2, 3, 4, 5, 6]);
});

test('a path must not be asked again while an operation on it hangs, and other paths go on', async () => {
  const { fs, asked, answers } = slowDisk();
  const reader = new FileReader(fs, 5);
  await assert.rejects(reader.stat('/dead'), BLOCKED);
  await assert.rejects(reader.stat('/dead'), BLOCKED);
  assert.deepEqual(asked, ['/dead']);
  const other = reader.stat('/good');
  answers[1]?.();
  await other;
});

test('each operation that hangs must count, also two on one path, until the last of them is answered', async () => {
  const { fs, asked, answers } = slowDisk();
  const reader = new FileReader(fs, 5);
  await Promise.all([assert.rejects(reader.stat('/a'), BLOCKED), assert.rejects(reader.stat('/a'), BLOCKED)]);
  // Each holds a thread: a third one would leave a single thread for the rest of the process.
  await assert.rejects(reader.stat('/b'), BLOCKED);
  assert.deepEqual(asked, ['/a', '/a']);
  answers[0]?.();
  await settled();
  assert.ok(reader.isHanging);
  await assert.rejects(reader.stat('/a'), BLOCKED);
  assert.deepEqual(asked, ['/a', '/a']);
  answers[1]?.();
  await settled();
  assert.ok(!reader.isHanging);
});

/** A file whose `read` gives `sizes`, one after the other. */
function openFile(sizes: number[]) {
  const file = {
    closed: 0,
    stat: async () => ({ isFile: () => true }),
    read: async () => ({ bytesRead: sizes.shift() ?? 0 }),
    close: async () => {
      file.closed += 1;
      throw new Error('it cannot be closed');
    },
  };
  return file;
}

test('a file must be closed once: after its end, and when its reader stops early', async () => {
  for (const limit of [10, 1]) {
    const file = openFile([3, 3]);
    const reader = new FileReader({ open: async () => file } as unknown as FileSystem);
    await Promise.allSettled([reader.bytes('/x', limit)]);
    assert.equal(file.closed, 1);
  }
});

test('a file that is opened too late must be closed, since nobody reads it', async () => {
  const { fs, answers } = slowDisk();
  const reader = new FileReader(fs, 5);
  await assert.rejects(reader.bytes('/late', 10), BLOCKED);
  const file = openFile([]);
  answers[0]?.(file);
  await settled();
  assert.equal(file.closed, 1);
  assert.ok(!reader.isHanging);
});
