/** What a server prints is logged once, however many connections it has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commonOptions, furtherOptions } from '../../../src/runtime/steps/upstream-options.ts';
import { table, unit } from '../instances/harness.ts';

for (const [what, options, logged] of [
  [
    'the first connection must log what the server prints',
    commonOptions,
    ['stderr out', 'noise printed', 'hive remark'],
  ],
  ['a further connection to the same process must log its own remarks only', furtherOptions, ['hive remark']],
] as const)
  test(what, () => {
    const { clock, instances } = table();
    const log: string[] = [];
    let noise = 0;
    const deps = {
      clock,
      logs: { add: (_name: string, stream: string, text: string) => void log.push(`${stream} ${text}`) },
      board: {
        noise() {
          noise += 1;
        },
      },
    };
    const { onStderr, onNoise } = options(deps, instances.begin(unit(), 'native'));
    onStderr('out');
    onNoise('printed', 7);
    onNoise('remark', 0);
    assert.deepEqual(log, logged);
    assert.equal(noise, logged.length === 1 ? 0 : 1);
  });
