/** Checks that the bench runs. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';

const BENCH = join(import.meta.dirname, '../../bench/bench.mjs');

/** Figures do not matter here, only that the bench measures, reports and ends what it started. */
test('npm run bench measures every size and reports a table', async () => {
  const rows = 'stdio,floor,hive-native';
  const args = ['--rows', rows, '--clients', '1,2', '--rounds', '1', '--ms', '30', '--no-write'];
  const { stdout } = await execa(process.execPath, [BENCH, ...args], { timeout: 280_000, stdin: 'ignore' });
  for (const size of ['100 B', '10 kB', '1 MB'])
    assert.match(
      stdout,
      new RegExp(String.raw`\| ${size} \| Hive → native stdio \| [\d.]+ / [\d.]+ / [\d.]+ \|`),
    );
  assert.match(stdout, /p50 ≤ 1\.15 × floor/);
});
