/** Log entries that outlive their gateway. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { keepLogs, readKeptLogs } from '../../../src/cli/stack/kept-logs.ts';
import type { LogEntry } from '../../../src/model/status.ts';

function folder(t: TestContext): { path: string } {
  const path = mkdtempSync(join(tmpdir(), 'hive-kept-'));
  t.after(() => rmSync(path, { recursive: true }));
  return { path };
}

const entry = (at: number, serverName = 'a'): LogEntry => ({
  at,
  serverName,
  stream: 'stderr',
  text: `${at}`,
});

test('the last entries of each server must outlive the gateway, for the owner alone', async (t) => {
  const state = folder(t);
  const entries = [entry(0, 'quiet'), ...Array.from({ length: 300 }, (_, at) => entry(at + 1))];
  const end = keepLogs({ history: () => entries, onLog: () => () => {} }, state);
  assert.deepEqual(await readKeptLogs(state), []);
  end();
  const kept = await readKeptLogs(state);
  assert.equal(kept.length, 201);
  assert.deepEqual(kept[0], entry(0, 'quiet'));
  assert.deepEqual(kept.at(-1), entry(300));
  assert.equal(statSync(join(state.path, 'logs.jsonl')).mode & 0o777, 0o600);
});

test('a mebibyte of entries must be kept, and a server that writes much must take nothing from others', async (t) => {
  const state = folder(t);
  const long = (at: number, serverName: string) => ({ ...entry(at, serverName), text: 'x'.repeat(10_000) });
  const quiet = [long(0, 'quiet'), entry(1, 'quiet')];
  const loud = Array.from({ length: 1_000 }, (_, at) => long(at + 2, `loud${at % 9}`));
  keepLogs({ history: () => [...quiet, ...loud], onLog: () => () => {} }, state)();
  const kept = await readKeptLogs(state);
  assert.deepEqual(kept.slice(0, 2), quiet);
  assert.equal(kept.at(-1)?.at, 1_001);
  assert.equal(kept.length, 2 + 9 * 10);
});

test('entries must be kept while the gateway runs, since it may be killed', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const state = folder(t);
  let listener: ((it: LogEntry) => void) | undefined;
  const onLog = (it: (entry: LogEntry) => void) => {
    listener = it;
    return () => {};
  };
  keepLogs({ history: () => [entry(1)], onLog }, state);
  listener?.(entry(1));
  t.mock.timers.tick(5_000);
  t.mock.timers.reset();
  assert.deepEqual(await readKeptLogs(state), [entry(1)]);
});

test('a file of other words must count as empty', async (t) => {
  const state = folder(t);
  writeFileSync(
    join(state.path, 'logs.jsonl'),
    `{}\nnull\n{"at":1,"serverName":"a","stream":"x","text":""}\n[\n${JSON.stringify({ ...entry(1), at: 1e19 })}`,
  );
  assert.deepEqual(await readKeptLogs(state), []);
});
