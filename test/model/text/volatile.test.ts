/** Two reports of one failure are recognized as such. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { maskVolatile } from '../../../src/model/text/volatile.ts';

const alike = (a: string, b: string): boolean => maskVolatile(a) === maskVolatile(b);

test('times, ports, pids, ids and durations must make no difference', () => {
  for (const [a, b] of [
    [
      'A complete log of this run can be found in: /root/.npm/_logs/2026-11-28T08_21_14_901Z-debug-0.log',
      'A complete log of this run can be found in: /root/.npm/_logs/2026-11-28T08_21_29_100Z-debug-0.log',
    ],
    ['connect ECONNREFUSED 127.0.0.1:40123', 'connect ECONNREFUSED 127.0.0.1:3000'],
    ['[11/28/26 17:00:01] ERROR no key', '[11/28/26 18:10:59] ERROR no key'],
    ['worker pid 12 died', 'worker pid 31337 died'],
    ['[123] fatal', '[9] fatal'],
    ['container 3fa9c1d2e4 is gone', 'container aa01b2c3d9 is gone'],
    ['object at 0x7f01aa29', 'object at 0x55d3b11c'],
    ['request 6f1b2c3d-1111-4222-8333-444455556666', 'request 00000000-1111-4222-8333-aaaabbbbcccc'],
    ['timed out after 1500 ms', 'timed out after 2 s'],
  ] as const)
    assert.ok(alike(a, b), `${maskVolatile(a)} | ${maskVolatile(b)}`);
});

test('another cause must remain another one', () => {
  for (const [a, b] of [
    ['exited with code 126', 'exited with code 127'],
    ['exited with code 1', 'exited with code 2'],
    ['command not found: foo', 'command not found: bar'],
    ['fetch failed: ENOTFOUND', 'fetch failed: ECONNREFUSED'],
    ['no key A1', 'no key A2'],
  ] as const)
    assert.ok(!alike(a, b), `${maskVolatile(a)} | ${maskVolatile(b)}`);
});
