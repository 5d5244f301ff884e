/** How `hive calls` shows a call. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { rendered } from '../../../src/cli/terminal/print.ts';
import { CallLines } from '../../../src/cli/watch/call-lines.ts';
import { bytesText, msText } from '../../../src/cli/watch/figures.ts';
import { callOf } from '../../helpers/call-record.ts';

const NOON = 1_795_262_400_000;
const lines = (known = [callOf()]): CallLines => new CallLines(known, () => NOON + 1_000);
const shown = (call: Parameters<CallLines['line']>[0], to = lines()): string =>
  stripVTControlCharacters(rendered(to.line(call)));

test('a call must be one line under the head', () => {
  assert.equal(
    lines().head,
    'ID    TIME          CLIENT              SERVER      REQUEST                            MS       IN      OUT  OUTCOME',
  );
  assert.equal(
    shown(callOf({ principal: 'ann', client: '' })),
    '1     12:00:00.000  ann                 s           s_t                              1.50     20 B     40 B  ok',
  );
});

test('columns must be as wide as the widest text', () => {
  const calls = [callOf(), callOf({ client: 'claude-code', principal: 'ann', target: `t${'_'.repeat(30)}` })];
  const all = lines(calls);
  const widths = [all.head, ...calls.map((it) => shown(it, all))].map((line) => line.lastIndexOf('  '));
  assert.equal(new Set(widths).size, 1);
});

test('calls of Hive itself and names of usual length must fit the columns before they come', () => {
  const followed = lines([]);
  const head = followed.head;
  const call = callOf({ client: 'hive-call', principal: 'local', target: `s_${'t'.repeat(26)}` });
  const line = shown(call, followed);
  assert.equal(followed.head, head);
  assert.equal(line.lastIndexOf('  '), head.lastIndexOf('  '));
});

test('the request must be the name of a tool, or the method and what it names', () => {
  assert.match(shown(callOf({ method: 'prompts/get', target: 'p' })), / prompts\/get p /);
  assert.match(shown(callOf({ method: 'tasks/get', target: '' })), / tasks\/get /);
});

test('the outcome must be in words, with the code of an error', () => {
  assert.match(shown(callOf({ outcome: 'tool_error' })), / tool error$/);
  assert.match(shown(callOf({ outcome: 'error', code: -32_602 })), / error -32602$/);
  assert.match(shown(callOf({ outcome: 'lost', code: -31_001 })), / lost$/);
});

test('a name with characters that act on a terminal must be shown clean, and on one line', () => {
  const line = shown(callOf({ client: 'x\u001b[2J\ny', target: '\u202etool' }));
  assert.match(line, /x\\x1b\[2J\\ny /);
  assert.match(line, /\\u202etool /);
});

test('a long name must be cut, and a call of another day have its date', () => {
  assert.match(shown(callOf({ target: 'x'.repeat(200) })), / x{44}… /);
  assert.match(shown(callOf({ at: NOON - 86_400_000 })), /^1 {5}2026-11-20 12:00:00\.000 /);
});

test('figures must have few characters', () => {
  assert.deepEqual([0.1, 9.99, 12.34, 1234.5].map(msText), ['0.10', '9.99', '12.3', '1235']);
  assert.deepEqual([0, 999, 1_000, 9_949, 9_950, 999_499, 999_500, 12e6, 5e12].map(bytesText), [
    '0 B',
    '999 B',
    '1.0 kB',
    '9.9 kB',
    '10 kB',
    '999 kB',
    '1.0 MB',
    '12 MB',
    '5.0 TB',
  ]);
});
