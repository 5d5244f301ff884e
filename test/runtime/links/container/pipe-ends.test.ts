/** Starts and ends of pipe links, with real FIFOs and a container of the fake engine. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeFifos } from '../../../../src/runtime/links/container/fifos.ts';
import { openPipe } from '../../../../src/runtime/links/container/pipe.ts';
import { collect } from '../../../contract/collect.ts';
import type { FakeProgram } from '../../../helpers/fake-container.ts';
import { FakeEngine } from '../../../helpers/fake-engine.ts';

const GREETING = 'hive: linked by pipe\n';

function createPiped(t: TestContext, program: FakeProgram) {
  const folder = mkdtempSync(join(tmpdir(), 'hive-pipe-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const engine = new FakeEngine();
  const container = engine.create({ program });
  const { containerId } = container;
  const seen = collect();
  const open = (isRunning = false) =>
    openPipe({ engine, containerId, folder, isRunning, start: () => engine.start(containerId) }, seen.events);
  return { folder, engine, container, seen, open };
}

/** Opens a FIFO as a server in a container would. */
async function openEnd(folder: string, name: 'in' | 'out' | 'err') {
  const { open } = await import('node:fs/promises');
  return open(join(folder, name), 'r+');
}

test('a container that ends before its greeting must say what else will fail in the same way', async (t) => {
  const ends = [
    [127, 'image', 'its image has no /bin/sh'],
    [1, 'image', 'its shell cannot open its FIFOs: the container exited with code 1'],
    [143, 'container', 'its shell cannot open its FIFOs: the container exited with code 143'],
  ] as const;
  for (const [exitCode, scope, why] of ends) {
    const { open, seen } = createPiped(t, (process) => process.exit(exitCode));
    await assert.rejects(open(), { code: 'SERVER_UNREACHABLE', scope, why });
    assert.deepEqual(seen.closed, []);
  }
});

test('FIFOs that cannot be made must be a fault of this one container', async (t) => {
  const { open, folder } = createPiped(t, () => {});
  rmSync(folder, { recursive: true });
  const { writeFileSync } = await import('node:fs');
  writeFileSync(folder, 'a file in its place');
  await assert.rejects(open(), { scope: 'container', why: /its FIFOs cannot be made: / });
});

test('FIFOs of a running container that are gone must be reported with the way out', async (t) => {
  const { open } = createPiped(t, () => {});
  await assert.rejects(open(true), {
    code: 'SERVER_UNREACHABLE',
    hint: 'write `link: attach` in its entry, which needs no FIFOs',
  });
});

test('the greeting must link the container, and not be shown', async (t) => {
  const { folder, container, open, seen } = createPiped(t, async (process) => {
    const [stdout, stderr] = await Promise.all([openEnd(folder, 'out'), openEnd(folder, 'err')]);
    await stderr.write(`${GREETING}first words`);
    await stdout.write('{"jsonrpc":"2.0","id":1,"result":{}}\n');
    await Promise.all([stdout.close(), stderr.close()]);
    process.exit(0);
  });
  const link = await open();
  await seen.until(() => seen.closed.length > 0);
  assert.deepEqual([seen.stderr, seen.messages.length], ['first words', 1]);
  assert.deepEqual(seen.closed, [{ exitCode: 0, oomKilled: false }]);
  assert.equal(container.isRunning, false);
  await link.close(0);
  await assert.rejects(link.send(Buffer.from('{}')), { code: 'SERVER_EXITED' });
});

test('a server that closes its stdout and lives on must be reported as gone', async (t) => {
  const { folder, container, open, seen } = createPiped(t, async () => {
    const [stdout, stderr] = await Promise.all([openEnd(folder, 'out'), openEnd(folder, 'err')]);
    t.after(() => stderr.close());
    await stderr.write(GREETING);
    await stdout.write('{"jsonrpc":"2.0","id":1,"result":{}}\n');
    await stdout.close();
  });
  const link = await open();
  await seen.until(() => seen.closed.length > 0);
  assert.equal(seen.messages.length, 1);
  assert.deepEqual(seen.closed, [
    { message: 'it closed its stdout and went on running, so it is restarted' },
  ]);
  assert.equal(container.isRunning, true);
  await link.close(0);
});

test('a link to a running container must begin on a line of its own', async (t) => {
  const { folder, container, open, seen } = createPiped(t, () => {});
  await makeFifos(folder);
  container.start();
  const stdin = await openEnd(folder, 'in');
  t.after(() => stdin.close());
  const link = await open(true);
  await link.send(Buffer.from('{"id":1}'));
  const { buffer, bytesRead } = await stdin.read(Buffer.alloc(100));
  const text = buffer.toString('utf8', 0, bytesRead);
  const rest = text.includes('id') ? '' : (await stdin.read(Buffer.alloc(100))).buffer.toString('utf8', 0, 9);
  assert.equal(text + rest, '\n{"id":1}\n');
  await link.close(0);
  assert.deepEqual(seen.closed, [{ message: 'detached' }]);
});
