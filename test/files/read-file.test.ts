/** Small files are read at once: whole, with the memory that they need, and without a descriptor left open. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readFileBytes, readFileText } from '../../src/files/read-file.ts';
import { descriptors } from '../helpers/node-fs.ts';

const folder = mkdtempSync(join(tmpdir(), 'hive-read-'));
after(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

test('an empty file must be read as nothing, also where nothing is allowed', () => {
  writeFileSync(at('empty'), '');
  assert.equal(readFileText(at('empty'), { maxBytes: 10 }), '');
  assert.equal(readFileText(at('empty'), { maxBytes: 0 }), '');
});

test('a file of several chunks must be read whole and in order', () => {
  const text = Array.from({ length: 40_000 }, (_, row) => `${row}\n`).join('');
  writeFileSync(at('long'), text);
  assert.equal(readFileText(at('long'), { maxBytes: 1 << 20 }), text);
});

test('a file that comes in short pieces must be read without gaps', () => {
  // The kernel gives a few KiB at a time, and says that the size is 0.
  const lines = readFileText('/proc/self/maps', { maxBytes: 1 << 24 })
    .trimEnd()
    .split('\n');
  assert.ok(lines.length > 40, 'is it long enough for two pieces?');
  for (const line of lines) assert.match(line, /^[0-9a-f]+-[0-9a-f]+ [r-][w-][x-][ps] /);
});

test('the limit must hold however large it is', () => {
  writeFileSync(at('small'), 'text');
  assert.equal(readFileText(at('small'), { maxBytes: Number.MAX_SAFE_INTEGER }), 'text');
});

test('no descriptor must stay open, also after a refusal', () => {
  writeFileSync(at('plain'), 'text');
  const before = descriptors();
  readFileBytes(at('plain'), { maxBytes: 4 });
  assert.throws(() => readFileBytes(at('plain'), { maxBytes: 3 }), { code: 'TOO_LARGE' });
  assert.throws(() => readFileBytes(folder, { maxBytes: 3 }), { code: 'NOT_REGULAR' });
  assert.equal(descriptors(), before);
});
