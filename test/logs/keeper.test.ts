/** Lines reach the files of a log store through its thread, and are found there, also after a restart. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../src/clock.ts';
import { LogKeeper } from '../../src/logs/keeper.ts';
import { DEFAULT_LIMITS } from '../../src/logs/settings.ts';
import { startWorker } from '../../src/logs/worker.ts';
import type { LogEntry } from '../../src/model/status.ts';

const SECRETS = [{ value: 'hunter2hunter2', shown: '${PASSWORD}' }];

function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-logs-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'logs');
}

function keeperIn(folder: string) {
  const said: string[] = [];
  const keeper = new LogKeeper({
    folder,
    limits: DEFAULT_LIMITS,
    clock: systemClock,
    startWorker,
    secrets: () => SECRETS,
    sayWhile: (text) => said.push(text),
    onTroubles: () => said.push('troubles'),
    say: (text) => said.push(text),
  });
  return { keeper, said };
}

const entry = (text: string, serverName = 'db'): LogEntry => ({
  at: Date.now(),
  serverName,
  stream: 'stderr',
  text,
});

test('a line must be found as soon as it is added, without its secrets, and again after a restart', async (t) => {
  const folder = folderFor(t);
  const first = keeperIn(folder);
  first.keeper.add(entry('ERROR login with hunter2hunter2 failed'));
  first.keeper.add(entry('INFO fine', 'web'));
  const { lines } = await first.keeper.search({ query: 'login', limit: 10 });
  assert.deepEqual(
    lines.map(({ text, level, serverName }) => [text, level, serverName]),
    [['ERROR login with ${PASSWORD} failed', 'error', 'db']],
  );
  first.keeper.add(entry('the last word'));
  await first.keeper.close();
  assert.deepEqual(readdirSync(folder).length, 1, 'nothing but the file is left');

  const second = keeperIn(folder);
  t.after(() => second.keeper.close());
  const all = await second.keeper.search({ limit: 10 });
  assert.deepEqual(
    all.lines.map(({ text }) => text),
    ['ERROR login with ${PASSWORD} failed', 'INFO fine', 'the last word'],
  );
  await assert.rejects(second.keeper.search({ query: 'level:x', limit: 1 }), { code: 'USAGE' });
});

test('a corrupt file must be set aside and named, and its lines not be missed by others', async (t) => {
  const folder = folderFor(t);
  const first = keeperIn(folder);
  first.keeper.add(entry('old'));
  await first.keeper.close();
  const [name = ''] = readdirSync(folder);
  writeFileSync(join(folder, name), 'no database '.repeat(1_000));

  const { keeper, said } = keeperIn(folder);
  t.after(() => keeper.close());
  keeper.add(entry('new'));
  const { lines } = await keeper.search({ limit: 10 });
  assert.deepEqual(
    lines.map(({ text }) => text),
    ['new'],
  );
  assert.match(said.join('\n'), new RegExp(`${name} is broken \\(.*\\): it was set aside`));
  assert.ok(readdirSync(folder).includes(`${name}.corrupt`));
  assert.deepEqual(keeper.troubles, []);
});
