/** Servers that a person has stopped stay so, until their entries are edited. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Unit } from '../src/model/compiled.ts';
import { StoppedServers } from '../src/stopped-servers.ts';

function recordPath(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-stopped-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'stopped.json');
}

const unit = (serverName: string, entry: object = {}): Unit =>
  ({ server: { serverName, type: 'native', command: 'x', ...entry }, hash: 'h' }) as unknown as Unit;

test('a stopped server must stay stopped in the next gateway, until it is started', (t) => {
  const path = recordPath(t);
  const first = new StoppedServers(path);
  first.stop(unit('a'));
  first.stop(unit('b'));
  first.start('b');
  const next = new StoppedServers(path);
  assert.deepEqual([...next.follow([unit('a'), unit('b')])], ['a']);
  assert.deepEqual([next.has('a'), next.has('b')], [true, false]);
});

const EDITS: readonly (readonly [name: string, units: readonly Unit[], isStopped: boolean])[] = [
  ['another command', [unit('a', { command: 'y' })], false],
  ['another filter', [unit('a', { view: { tools: { deny: ['x'] } } })], false],
  ['no entry', [], false],
  ['another line of the file', [unit('a', { place: { path: 'f', line: 7 } })], true],
  ['a variable that has got its value', [unit('a', { unset: [] })], true],
];
for (const [name, units, isStopped] of EDITS)
  test(`an edit must start a stopped server if it changes the entry: ${name}`, (t) => {
    const path = recordPath(t);
    const stopped = new StoppedServers(path);
    stopped.stop(unit('a', { unset: ['X'], place: { path: 'f', line: 1 } }));
    assert.deepEqual([...stopped.among(units)], isStopped ? ['a'] : []);
    assert.equal(stopped.has('a'), true, 'looking changes nothing');
    stopped.follow(units);
    assert.equal(new StoppedServers(path).has('a'), isStopped);
  });

test('a change of files that a build copies must not start a stopped server, its Dockerfile key must', (t) => {
  const build = (more: object): Unit =>
    unit('a', { type: 'container', build: { dockerfile: 'D', digest: '1', parts: { a: '1' }, ...more } });
  const stopped = new StoppedServers(recordPath(t));
  stopped.stop(build({}));
  assert.equal(stopped.among([build({ digest: '2', parts: { a: '2' } })]).size, 1);
  assert.equal(stopped.among([build({ dockerfile: 'E' })]).size, 0);
});

test('a discovered server must stay stopped while no file declares its name', (t) => {
  const stopped = new StoppedServers(recordPath(t));
  stopped.stop(unit('a', { type: 'discovered' }));
  assert.equal(stopped.follow([unit('b')]).size, 1);
  assert.equal(stopped.follow([unit('a')]).size, 0);
});

test('a record that is broken must count as empty, and one that cannot be written must hold in memory', (t) => {
  const path = recordPath(t);
  writeFileSync(path, '{"version":1,"entries":{"a":7');
  assert.equal(new StoppedServers(path).has('a'), false);
  const stopped = new StoppedServers(join(path, 'below-a-file'));
  stopped.stop(unit('a'));
  assert.equal(stopped.follow([unit('a')]).size, 1);
});
