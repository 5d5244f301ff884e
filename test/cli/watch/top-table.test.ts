/** The table of `hive top`. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { rendered } from '../../../src/cli/terminal/print.ts';
import type { ServerRates } from '../../../src/cli/watch/rates.ts';
import { type Size, topLines } from '../../../src/cli/watch/top-table.ts';
import { displayWidth } from '../../../src/model/text/display-width.ts';

const ratesOf = (parts: Partial<ServerRates> = {}): ServerRates => ({
  server: 's',
  type: 'native',
  state: 'ready',
  callsPerMinute: 0,
  errorsPerMinute: 0,
  ...parts,
});
const shown = (rates: readonly ServerRates[], notes: readonly string[] = [], size?: Size): string[] =>
  topLines(rates, notes, size).map((line) => stripVTControlCharacters(rendered(line)));

test('each server must have one line, and a dash for what is not known', () => {
  const busy = ratesOf({
    server: 'github',
    cpuPercent: 12.34,
    memoryBytes: 120e6,
    memoryLimitBytes: 512e6,
    receivedBytesPerSecond: 3_400,
    sentBytesPerSecond: 0,
    callsPerMinute: 42,
    p95Ms: 38.44,
    errorsPerMinute: 2,
  });
  assert.deepEqual(shown([busy, ratesOf({ server: 'notes', state: 'starting' })]), [
    'SERVER  STATE       CPU  MEMORY   LIMIT    IN/S  OUT/S  CALLS/MIN  P95 MS  ERR/MIN',
    'github  ready     12.3%  120 MB  512 MB  3.4 kB    0 B         42    38.4        2',
    'notes   starting      -       -       -       -      -          0       -        0',
  ]);
});

test('a name with characters that act on a terminal must be shown clean, on one line, and be cut', () => {
  const [, first = '', second = ''] = shown([
    ratesOf({ server: 'x\u001b[2J\ny' }),
    ratesOf({ server: 'n'.repeat(99) }),
  ]);
  assert.match(first, /^x\\x1b\[2J\\ny +ready /);
  assert.match(second, /^n{32}… {2}ready /);
});

test('the table must fit the terminal: the busiest servers, and how many are hidden', () => {
  const many = Array.from({ length: 30 }, (_, index) => ratesOf({ server: `s${index}` }));
  const lines = shown(many, ['a note that is far too long for this terminal'], { columns: 30, rows: 10 });
  assert.ok(lines.length < 10, `${lines.length} lines`);
  assert.deepEqual(lines.slice(-2), ['… and 24 more', 'a note that is far too long fo']);
  for (const line of lines) assert.ok(displayWidth(line) <= 30, line);
  // Wide characters take two columns.
  const wide = shown([ratesOf({ server: '漢'.repeat(20) })], [], { columns: 31, rows: 10 });
  for (const line of wide) assert.ok(displayWidth(line) <= 31, line);
  assert.ok(shown(many, [], { columns: 1, rows: 1 }).length >= 2);
});
