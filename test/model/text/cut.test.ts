/** Cuts of foreign text: marked, within their length, and never through a character. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutBytes, cutEnd, cutMiddle, cutStart } from '../../../src/model/text/cut.ts';

const LONG = 'alphabetical-beginning and end-of-this';

test('a text within the length must stay as it is', () => {
  for (const cut of [cutEnd, cutStart, cutMiddle]) assert.equal(cut(LONG, LONG.length), LONG);
  assert.equal(cutBytes(Buffer.from('grün'), 5), 'grün');
});

test('each cut must be marked on its side', () => {
  assert.equal(cutEnd(LONG, 12), 'alphabetical…');
  assert.equal(cutStart(LONG, 8), '…-of-this');
  assert.equal(cutMiddle(LONG, 24), 'alphabetical… end-of-this');
  assert.equal(cutBytes(Buffer.from(LONG), 12), 'alphabetical…');
});

test('a word of one to three characters must not stand at a cut: it may be a part of a secret', () => {
  assert.equal(cutEnd('key: abcdefgh', 8), 'key: …');
  assert.equal(cutEnd('key: abcdefgh', 9), 'key: abcd…');
  assert.equal(cutEnd('abcdefgh', 3), '…');
  assert.equal(cutStart('abcdefgh is it', 9), '… is it');
  assert.equal(cutStart('abcdefgh is it', 10), '…efgh is it');
});

test('no cut may split a character', () => {
  const faces = '😀'.repeat(8);
  for (let length = 1; length < faces.length; length++) {
    for (const cut of [cutEnd, cutStart, cutMiddle])
      assert.ok(cut(faces, length).isWellFormed(), `${length}`);
    assert.doesNotMatch(cutBytes(Buffer.from(faces), length), /\ufffd/);
  }
});

test('the beginning of a larger text must be marked, though all of it is shown', () => {
  assert.equal(cutBytes(Buffer.from('gr\u00fcn').subarray(0, 3), 100, 5), 'gr…');
  assert.equal(cutBytes(Buffer.from('gr\u00fcn'), 100, 500), 'grün…');
});
