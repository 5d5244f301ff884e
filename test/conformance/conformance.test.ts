import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createStack } from '../helpers/hive.ts';
import { GAPS } from './gaps.ts';
import { installSuite, LINES, type Line, type Outcome, runSuite } from './suite.ts';

const LEGACY = join(import.meta.dirname, '../reference/legacy.mjs');

/** The reference server over HTTP, which the suite can also ask without Hive. */
let reference: { child: ChildProcess; url: string };
let folder: string;
const alone = new Map<Line, Outcome>();

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hivetest-conformance-'));
  await installSuite();
  const child = spawn(process.execPath, [LEGACY, '--http'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  reference = { child, url: line.toString().trim() };
  for (const name of Object.keys(LINES) as Line[])
    alone.set(name, await runSuite(name, reference.url, folder));
});

after(async () => {
  if (reference) {
    reference.child.kill();
    await once(reference.child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const native = { type: 'native', command: [process.execPath, LEGACY], prefix: '' };
const WAYS: Readonly<Record<string, () => object>> = {
  'native, shared': () => native,
  'native, isolation: session': () => ({ ...native, isolation: 'session' }),
  'remote, HTTP': () => ({ type: 'remote', url: reference.url, prefix: '' }),
};

test('the reference server must pass every scenario alone', () => {
  for (const [line, outcome] of alone) {
    assert.ok(outcome.size >= 30, `${line} ran only ${outcome.size} scenarios`);
    assert.deepEqual(failing(outcome), [], line);
  }
});

for (const [way, server] of Object.entries(WAYS)) {
  test(`whatever the server passes alone it must pass through Hive: ${way}`, async (t) => {
    const hive = await createStack(t, { servers: { reference: server() } }).up();
    await hive.untilServer('reference', 'ready');
    for (const [line, before] of alone) {
      const through = await runSuite(line, hive.url, folder);
      const lost = [...before.keys()].filter((scenario) => isWorse(before, through, scenario));
      assert.deepEqual(lost.sort(), Object.keys(GAPS[way] ?? {}).sort(), line);
      t.diagnostic(
        `${line}: alone ${passed(before)} checks, through Hive ${passed(through)}, known gaps ${lost.length}`,
      );
    }
  });
}

const failing = (outcome: Outcome): string[] =>
  [...outcome].filter(([, { failed }]) => failed > 0).map(([scenario]) => scenario);

/**
 * Fewer checks may pass where the gateway's own choices leave some without an object (a front that answers JSON has no event
 * ids to check), but none may fail.
 */
function isWorse(alone: Outcome, through: Outcome, scenario: string): boolean {
  const result = through.get(scenario);
  return !result || result.failed > (alone.get(scenario)?.failed ?? 0);
}

function passed(outcome: Outcome): number {
  return [...outcome.values()].reduce((sum, it) => sum + it.passed, 0);
}
