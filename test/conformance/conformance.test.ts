/** The suite's server scenarios, against reference servers alone and through Hive. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Era } from '../../src/model/era.ts';
import { createStack } from '../helpers/hive.ts';
import { GAPS, UNSUPPORTED } from './gaps.ts';
import { installSuite, LINES, type Line, type Outcome, runSuite } from './suite.ts';

const program = (era: Era): string => join(import.meta.dirname, `../reference/${era}.mjs`);

const PYTHON = join(import.meta.dirname, '../reference/python.Dockerfile');

/** Reference servers over HTTP, which the suite can also test without Hive. */
const references = new Map<Era, { child: ChildProcess; url: string }>();
let folder: string;
/** Scenarios that the reference server of the line's own era passes. */
const alone = new Map<Line, Outcome>();

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hivetest-conformance-'));
  await installSuite();
  for (const era of ['legacy', 'modern'] as const) {
    const child = spawn(process.execPath, [program(era), '--http'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    references.set(era, { child, url: line.toString().trim() });
  }
  for (const line of Object.keys(LINES) as Line[])
    alone.set(line, await runSuite(line, urlOf(LINES[line].era), folder));
});

after(async () => {
  for (const { child } of references.values()) {
    child.kill();
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

const urlOf = (era: Era): string => references.get(era)?.url ?? '';
const native = (era: Era) => ({ type: 'native', command: [process.execPath, program(era)], prefix: '' });
const WAYS: Readonly<Record<string, () => object>> = {
  'legacy native, shared': () => native('legacy'),
  'legacy native, isolation: session': () => ({ ...native('legacy'), isolation: 'session' }),
  'legacy remote, HTTP': () => ({ type: 'remote', url: urlOf('legacy'), prefix: '' }),
  'modern native, shared': () => native('modern'),
  'modern container, FastMCP': () => ({ type: 'container', dockerfile: PYTHON, prefix: '' }),
  'modern remote, HTTP': () => ({ type: 'remote', url: urlOf('modern'), prefix: '' }),
};

test('each reference server must pass every scenario of its era alone', () => {
  for (const [line, outcome] of alone) {
    assert.ok(outcome.size >= 30, `${line} ran only ${outcome.size} scenarios`);
    const expected = LINES[line].era === 'modern' ? UNSUPPORTED : [];
    assert.deepEqual(failing(outcome).sort(), [...expected].sort(), line);
  }
});

for (const [way, server] of Object.entries(WAYS)) {
  test(`whatever a reference server passes alone it must pass through Hive: ${way}`, async (t) => {
    const hive = await createStack(t, { servers: { reference: server() } }).up();
    await hive.untilServer('reference', 'ready');
    for (const [line, before] of alone) {
      const through = await runSuite(line, hive.url, folder);
      const lost = [...before.keys()].filter((scenario) => isWorse(before, through, scenario));
      const gaps = GAPS[way]?.[LINES[line].era] ?? {};
      // Not every line of the suite has every scenario.
      const known = Object.keys(gaps).filter((scenario) => before.has(scenario));
      assert.deepEqual(lost.sort(), known.sort(), line);
      t.diagnostic(
        `${line}: alone ${passed(before)} checks, through Hive ${passed(through)}, known gaps ${lost.length}`,
      );
    }
  });
}

const failing = (outcome: Outcome): string[] =>
  [...outcome].filter(([, { failed }]) => failed > 0).map(([scenario]) => scenario);

/**
 * Some checks may be absent because of the gateway's own choices (JSON answers have no event ids to check), but none may fail.
 */
function isWorse(alone: Outcome, through: Outcome, scenario: string): boolean {
  const result = through.get(scenario);
  return !result || result.failed > (alone.get(scenario)?.failed ?? 0);
}

function passed(outcome: Outcome): number {
  return [...outcome.values()].reduce((sum, it) => sum + it.passed, 0);
}
