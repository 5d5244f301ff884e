/** How `hive logs` shows what servers wrote. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { createPainter, readSince, renderEntry } from '../../src/cli/logs.ts';
import { rendered } from '../../src/cli/terminal/print.ts';
import type { LogEntry } from '../../src/model/status.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');
const entry = (text: string, at = NOW, stream: LogEntry['stream'] = 'stderr'): LogEntry => ({
  at,
  serverName: 'web',
  stream,
  text,
});
const shown = (it: LogEntry): string[] =>
  stripVTControlCharacters(
    rendered(renderEntry(it, { painter: createPainter(), typed: (text) => text.toUpperCase() })),
  ).split('\n');

test('each line of an entry must begin with its date and time, and its server', () => {
  assert.deepEqual(shown(entry('Traceback:\n  File "x"\r\nError')), [
    '2026-11-28 12:00:00.000 web stderr Traceback:',
    '2026-11-28 12:00:00.000 web stderr   File "x"',
    '2026-11-28 12:00:00.000 web stderr Error',
  ]);
});

test('commands must be typed as here in entries of Hive, and stay in those of servers', () => {
  assert.deepEqual(shown(entry('npx hive ps', NOW, 'hive')), [
    '2026-11-28 12:00:00.000 web hive   NPX HIVE PS',
  ]);
  assert.deepEqual(shown(entry('npx hive ps')), ['2026-11-28 12:00:00.000 web stderr npx hive ps']);
});

test('a time must be a duration before now, or a date', () => {
  assert.equal(readSince('10m', NOW), NOW - 600_000);
  assert.equal(readSince('1h30m', NOW), NOW - 5_400_000);
  assert.equal(readSince('2026-11-28T11:00:00Z', NOW), NOW - 3_600_000);
  assert.equal(readSince(undefined, NOW), undefined);
  assert.equal(readSince('2026-11-28 11:00', NOW), NOW - 3_600_000, 'in UTC, as times are printed');
  assert.equal(readSince('2026-11-28T11:00:00+01:00', NOW), NOW - 7_200_000);
  for (const text of ['soon', '5', '32', '28 Nov 2026'])
    assert.throws(() => readSince(text, NOW), { code: 'USAGE' }, text);
});
