import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ServerOutput } from '../../../../src/runtime/upstream/output/server-output.ts';
import { fakeClock } from '../../../helpers/fake-clock.ts';

function world() {
  const clock = fakeClock(0);
  const noise: [string, number][] = [];
  const stderr: string[] = [];
  const listener = {
    onNoise: (text: string, bytes: number) => void noise.push([text, bytes]),
    onStderr: (line: string) => void stderr.push(line),
  };
  const output = new ServerOutput(listener, clock);
  output.started();
  return { clock, noise, stderr, output };
}

test('more lines of stderr than anybody can read must be left out of the log, counted and reported', () => {
  const { clock, noise, stderr, output } = world();
  for (let i = 0; i < 10_000; i++) output.stderr(`line ${i}\n`);
  assert.equal(stderr.length, 2_000);
  clock.advance(999);
  assert.deepEqual(noise, []);
  clock.advance(1);
  assert.deepEqual(noise, [
    ['8000 more lines of its output (72000 bytes) are not in this log: it writes more than 500 a second', 0],
  ]);
  for (let i = 0; i < 1_000; i++) output.stderr('x\n');
  assert.equal(stderr.length, 2_500);
  output.flush();
  assert.match(noise[1]?.[0] ?? '', /^500 more lines/);
  output.flush();
  assert.equal(noise.length, 2);
});

test('the last lines must be kept for errors to quote, logged or not', () => {
  const { output } = world();
  for (let i = 0; i < 10_000; i++) output.stderr(`line ${i}\n`);
  assert.equal(output.last.stderr.at(-1), 'line 9999');
  assert.equal(output.last.stderr.length, 20);
});

test('noise and remarks must be bounded in the log, and noise be counted in full', () => {
  const { noise, output } = world();
  for (let i = 0; i < 3_000; i++) output.noise('beep', 4);
  assert.equal(noise.filter(([text]) => text !== '').length, 2_000);
  assert.equal(
    noise.reduce((sum, [, bytes]) => sum + bytes, 0),
    12_000,
  );
  for (let i = 0; i < 3_000; i++) output.note('an answer to no call');
  assert.equal(noise.length, 3_000);
  assert.equal(output.last.note, 'an answer to no call');
});

test('a tail must be bounded in lines and characters', () => {
  const { output } = world();
  for (let i = 0; i < 100; i++) output.stderr(`${'x'.repeat(5_000)}\n`);
  const { stderr } = output.last;
  assert.ok(stderr.join('').length <= 8 * 1024);
  assert.ok(stderr.every((line) => line.length <= 1_000));
});
