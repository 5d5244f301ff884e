/** The result of a tool, as text and files. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { piecesOf } from '../../../src/cli/call/result.ts';
import { saveAttachment } from '../../../src/cli/call/save.ts';

const base64 = Buffer.from('bytes').toString('base64');

test('text must be printed in its order, with resources and links', () => {
  const content = [
    { type: 'text', text: 'one' },
    { type: 'resource', resource: { uri: 'file:///a.txt', text: 'two' } },
    { type: 'resource_link', uri: 'file:///b.txt', name: 'b' },
    { type: 'of_tomorrow', more: 1 },
  ];
  assert.deepEqual(piecesOf({ content }, 'x'), [
    { text: 'one' },
    { text: 'file:///a.txt\ntwo' },
    { text: 'b: file:///b.txt' },
    { text: '{"type":"of_tomorrow","more":1}' },
  ]);
});

test('structured content must be printed where there is no other, and only there', () => {
  const structuredContent = { n: 1 };
  assert.deepEqual(piecesOf({ content: [], structuredContent }, 'x'), [{ text: '{\n  "n": 1\n}' }]);
  const content = [{ type: 'text', text: '{"n":1}' }];
  assert.deepEqual(piecesOf({ content, structuredContent }, 'x'), [{ text: '{"n":1}' }]);
});

for (const [block, fileName] of [
  [{ type: 'image', data: base64, mimeType: 'image/png' }, 'shot.png'],
  [{ type: 'image', data: base64, mimeType: 'image/jpeg; q=1' }, 'shot.jpg'],
  [{ type: 'audio', data: base64, mimeType: '../../x' }, 'shot.bin'],
  [{ type: 'resource', resource: { uri: 'x://h/../../etc/passwd', blob: base64 } }, 'passwd.bin'],
  [
    { type: 'resource', resource: { uri: 'x://h/a.b.zip', blob: base64, mimeType: 'application/zip' } },
    'a_b.zip',
  ],
  [{ type: 'resource', resource: { uri: '..', blob: base64 } }, 'result.bin'],
] as const)
  test(`bytes must go to ${fileName}, whatever the server calls them`, () => {
    const [piece] = piecesOf({ content: [block] }, 'shot');
    assert.ok(piece && 'attachment' in piece);
    assert.equal(piece.attachment.fileName, fileName);
    assert.equal(piece.attachment.bytes.toString(), 'bytes');
  });

test('a file must never be written over another one', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-call-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const attachment = { fileName: 'a.png', mimeType: 'image/png', bytes: Buffer.from('1') };
  assert.equal(saveAttachment(folder, attachment), join(folder, 'a.png'));
  saveAttachment(folder, { ...attachment, bytes: Buffer.from('2') });
  assert.deepEqual(readdirSync(folder), ['a-2.png', 'a.png']);
  assert.equal(readFileSync(join(folder, 'a.png'), 'utf8'), '1');
  assert.throws(() => saveAttachment(join(folder, 'a.png'), attachment), {
    code: 'STATE_FAILED',
    hint: /--out/,
  });
});
