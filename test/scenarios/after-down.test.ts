/** What commands say when no gateway runs, and what they say before it has to be started again. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { createStack, native } from '../helpers/hive.ts';

test('logs must outlive their gateway, and plan say what only a new one would change', async (t) => {
  const stack = createStack(t, { servers: { one: native('banner-on-stdout') } });
  const before = await stack.hive('logs');
  assert.equal(before.exitCode, 1);
  assert.match(
    before.stderr,
    /NOT_RUNNING: .*\n {2}fix: start it: npx hive up -d -c|NOT_RUNNING: .*\n {2}fix: start it: npx hive up/,
  );
  const running = await stack.up();
  await running.untilServer('one', 'ready');

  const next = join(stack.folder, 'next.yaml');
  writeFileSync(
    next,
    stack.text({ gateway: { port: 1, discover: false }, servers: { one: native('banner-on-stdout') } }),
  );
  const plan = await stack.hive('plan', 'next.yaml');
  assert.match(
    plan.stdout,
    /^gateway\.port is 1 in .*next\.yaml now, but this gateway stays at http\S+ until/m,
    plan.stderr,
  );
  writeFileSync(next, stringify({ name: 'another', servers: {} }));
  const renamed = JSON.parse((await stack.hive('plan', 'next.yaml', '--json')).stdout);
  assert.match(
    renamed.pendingRestart,
    /^the stack would be called another, and .*\n {2}fix: npx hive down, save/m,
  );
  assert.ok(
    renamed.steps.every((step: string) => /^[+~-] /.test(step)),
    renamed.steps.join('\n'),
  );

  assert.equal((await stack.hive('down')).exitCode, 0);
  const after = await stack.hive('logs', 'one', '-n', '2');
  assert.equal(after.exitCode, 0, after.stderr);
  assert.match(
    after.stderr,
    /^no gateway is running for this stack \(npx hive up -d.*\); the last one wrote:/,
  );
  assert.match(after.stdout, / one noise /);
  assert.equal(after.stdout.split('\n').length, 2);
  assert.equal((await stack.hive('logs', 'other')).exitCode, 1);
  assert.equal((await stack.hive('logs', 'one', '--grep', 'no such (line)+$')).stdout, '');

  // The next gateway shows them before its own.
  const hive = await stack.up();
  await hive.untilServer('one', 'ready');
  const [line = ''] = after.stdout.split('\n');
  assert.match(line, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} one /);
  const all = (await stack.hive('logs', 'one')).stdout;
  assert.ok(all.includes(line) && all.length > 2 * line.length, all);
  const word = line.split(' ').at(-1) ?? '';
  const matching = (await stack.hive('logs', '--grep', `${word}$`, '-n', '1')).stdout;
  assert.ok(matching.endsWith(word) && !matching.includes('\n'), matching);
});
