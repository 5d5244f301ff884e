/** Disks that are full or read-only under the real program: named everywhere, and healed by room alone. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { GatewayStatus, Trouble } from '../../src/model/status.ts';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { mayMount, mountSmallDisk, type SmallDisk } from '../chaos/faults/small-disk.ts';
import { container, createStack, native, type Running, type Stack } from '../helpers/hive.ts';

const skip = !(await mayMount()) && 'mounting a disk is not allowed here';

/** A stack with a disk of its own below its folder, which is gone before the folder is removed. */
async function onDisk(t: TestContext, name: string, config: Record<string, unknown>) {
  let disk: SmallDisk | undefined;
  t.after(() => disk?.remove());
  const stack = createStack(t, config);
  const folder = join(stack.folder, name);
  disk = await mountSmallDisk(folder);
  assert.ok(disk);
  return { stack, disk, folder };
}

const about = ({ troubles }: GatewayStatus): Trouble['about'][] => troubles.map((it) => it.about);
const none = ({ troubles }: GatewayStatus): boolean => troubles.length === 0;
const stateOf = (stack: Stack) => openStateDir(stack.file, { HIVE_STATE_DIR: join(stack.folder, '.state') });

/** The terminal, `ps`, `ps --json`, `doctor` and `/health` all name the trouble. */
async function isNamedEverywhere(stack: Stack, hive: Running, reason: RegExp, title: RegExp): Promise<void> {
  await hive.untilPrinted(reason);
  const ps = await stack.hive('ps');
  assert.match(ps.stdout, title);
  assert.match(ps.stdout, reason);
  const { troubles } = JSON.parse((await stack.hive('ps', '--json')).stdout) as GatewayStatus;
  assert.match(troubles[0]?.reason ?? '', reason);
  assert.ok(troubles[0]?.hint);
  const doctor = await stack.hive('doctor');
  assert.notEqual(doctor.exitCode, 0);
  assert.match(doctor.stdout, title);
  const health = (await (await fetch(hive.url.replace(/mcp$/, 'health'))).json()) as GatewayStatus;
  assert.match(health.troubles[0]?.reason ?? '', reason);
}

const FULL = /no space left on device/;
const STATE = /Hive cannot write its own files/;

test('a start on a full disk must serve what it can, name the disk everywhere, and heal with room', {
  skip,
}, async (t) => {
  const { stack, disk } = await onDisk(t, '.state', {
    servers: { calm: { ...native('echo'), env: { PLACE: '${HOME}' } }, box: container('echo') },
  });
  disk.fill();
  const hive = await stack.up();
  await hive.untilServer('calm', 'ready');
  await hive.until('it is named', (status) => about(status).includes('state'));
  await isNamedEverywhere(stack, hive, FULL, STATE);
  const failed = await hive.untilServer('box', 'failed');
  assert.equal(failed.code, 'STATE_FAILED');
  disk.free();
  await hive.until('it is healed', none);
  await hive.untilServer('box', 'ready');
  await hive.untilPrinted('the state folder can be written again');
  const state = stateOf(stack);
  assert.equal(statSync(join(state.path, 'values.key')).size, 32);
  assert.match(readFileSync(join(state.path, 'stack.json'), 'utf8'), /"hadEngine":true/);
  assert.equal(statSync(state.log).mode & 0o777, 0o600);
  assert.equal((await stack.hive('doctor')).exitCode, 0);
  assert.equal(await hive.stop(), 0);
});

test('an edit on a full disk must be named everywhere, disturb nothing, and be applied by itself with room', {
  skip,
}, async (t) => {
  const { stack, disk } = await onDisk(t, '.state', { servers: { box: container('echo') } });
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  const containers = await stack.containers();
  disk.fill();
  stack.save({ servers: { box: container('echo'), late: container('echo'), calm: native('echo') } });
  await hive.untilServer('calm', 'ready');
  assert.equal((await hive.untilServer('late', 'failed')).code, 'STATE_FAILED');
  await hive.until('it is named', (status) => about(status).includes('state'));
  await isNamedEverywhere(stack, hive, FULL, STATE);
  disk.free();
  await hive.untilServer('late', 'ready');
  await hive.until('it is healed', none);
  assert.equal((await stack.containers()).get('box'), containers.get('box'));
  assert.equal(await hive.stop(), 0);
});

test('a full disk of the compiled file must be named everywhere, keep no server from starting, and heal with room', {
  skip,
}, async (t) => {
  const { stack, disk, folder } = await onDisk(t, 'data', { servers: {} });
  const compiled = join(folder, 'mcp.yml');
  const save = (...names: string[]): void =>
    stack.save({
      composeFile: 'data/mcp.yml',
      servers: Object.fromEntries(names.map((name) => [name, container('echo')])),
    });
  save('box');
  disk.fill();
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  await isNamedEverywhere(stack, hive, FULL, /Hive cannot write the compiled file/);
  assert.ok(!existsSync(compiled));
  save('box', 'late');
  await hive.untilServer('late', 'ready');
  disk.free();
  await hive.until('it is healed', none);
  assert.match(readFileSync(compiled, 'utf8'), /late:/);
  assert.equal(await hive.stop(), 0);
});

test('a config that a full disk has emptied must be refused, stand everywhere, and be good once it is whole', {
  skip,
}, async (t) => {
  const { stack, disk, folder } = await onDisk(t, 'data', { servers: {} });
  const part = join(folder, 'part.yaml');
  const server = JSON.stringify({ servers: { calm: native('echo') } });
  writeFileSync(part, server);
  stack.save({ include: 'data/part.yaml' });
  const hive = await stack.up();
  await hive.untilServer('calm', 'ready');
  disk.fill();
  // What an editor leaves there: it empties the file, and has no room for its text.
  assert.throws(() => writeFileSync(part, `${' '.repeat(100_000)}${server}`), { code: 'ENOSPC' });
  await hive.until('it is refused', (status) => about(status).includes('edit'));
  await isNamedEverywhere(
    stack,
    hive,
    /not valid|empty|half-written|ends in the middle/,
    /an edit was refused/,
  );
  await hive.untilServer('calm', 'ready');
  disk.free();
  writeFileSync(part, server);
  await hive.until('it is good again', none);
  assert.equal(await hive.stop(), 0);
});

test('a state folder that becomes read-only must be named everywhere, and heal once it can be written', {
  skip,
}, async (t) => {
  const { stack, folder } = await onDisk(t, '.state', { servers: { box: container('echo') } });
  // A second mount above the first one: files that are open there do not prevent it.
  const makeReadOnly = (): unknown => execFileSync('mount', ['--bind', '-o', 'ro', folder, folder]);
  const makeWritable = (): unknown => execFileSync('umount', [folder]);
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  makeReadOnly();
  stack.save({ servers: { box: container('echo'), late: container('echo') } });
  await hive.until('it is named', (status) => about(status).includes('state'));
  await isNamedEverywhere(stack, hive, /read-only file system/i, STATE);
  makeWritable();
  await hive.untilServer('late', 'ready');
  await hive.until('it is healed', none);
  assert.equal(await hive.stop(), 0);
  makeReadOnly();
  const up = await stack.hive('up');
  assert.equal(up.exitCode, 1);
  assert.match(up.stderr, /^error STATE_FAILED: .*read-only file system/im);
  const doctor = await stack.hive('doctor');
  assert.match(doctor.stdout, /BAD +state +STATE_FAILED: /);
  makeWritable();
});

test('folders in the place of state files must be named, stop no start, and heal once they are gone', async (t) => {
  const stack = createStack(t, { servers: { calm: native('echo') } });
  const { path, log } = stateOf(stack);
  const taken = ['gateway.log', 'stack.json', 'eras.json', 'pipes.json', 'up.out'].map((name) =>
    join(path, name),
  );
  for (const folder of taken) mkdirSync(folder);
  const up = await stack.hive('up', '-d', '--no-containers');
  assert.equal(up.exitCode, 0, up.stderr);
  assert.match(up.stdout, /Hive serves 1 of 1 server/);
  const ps = await stack.hive('ps');
  assert.match(ps.stdout, /gateway\.log cannot be used: it is a folder, where Hive keeps a file/);
  for (const folder of taken) rmSync(folder, { recursive: true });
  await untilOf(stack, 'it is healed', none);
  assert.match(readFileSync(join(path, 'stack.json'), 'utf8'), new RegExp(stack.name));
  assert.ok(!existsSync(log) || statSync(log).isFile());
  assert.match((await stack.hive('down')).stdout, /^gateway stopped/);
});

/** Asks a background gateway until its status is as wanted. */
async function untilOf(stack: Stack, what: string, isSo: (status: GatewayStatus) => boolean): Promise<void> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline; )
    if (isSo(JSON.parse((await stack.hive('ps', '--json')).stdout) as GatewayStatus)) return;
  assert.fail(`it never came that ${what}`);
}

for (const [name, code, said] of [
  ['values.key', 'STATE_FAILED', /values\.key cannot be used: it is a folder/],
  ['control.sock', 'ALREADY_RUNNING', /control\.sock exists and is not a socket/],
] as const)
  test(`a folder in the place of ${name} must end a start with its name, and the start work without it`, async (t) => {
    const stack = createStack(t, { servers: { calm: { ...native('echo'), env: { PLACE: '${HOME}' } } } });
    const folder = join(stateOf(stack).path, name);
    mkdirSync(folder);
    const up = await stack.hive('up', '--no-containers');
    assert.equal(up.exitCode, 1);
    assert.match(up.stderr, new RegExp(`^error ${code}: `, 'm'));
    assert.match(up.stderr, said);
    rmSync(folder, { recursive: true });
    const hive = await stack.up();
    await hive.untilServer('calm', 'ready');
    assert.equal(await hive.stop(), 0);
  });

test('nobody else must be able to read what stands in the state folder', async (t) => {
  const stack = createStack(t, { servers: { calm: native('echo'), box: container('echo') } });
  const up = await stack.hive('up', '-d');
  assert.equal(up.exitCode, 0, up.stderr);
  const { path } = stateOf(stack);
  assert.equal(statSync(path).mode & 0o077, 0);
  // FIFOs are opened by the users of containers, in a folder that only they are shown.
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('pipes/'),
  );
  for (const name of ['gateway.log', 'up.out', 'values.key', 'stack.json', 'control.sock'])
    assert.ok(names.includes(name), name);
  const open = names.filter((name) => (statSync(join(path, name)).mode & 0o077) !== 0);
  assert.deepEqual(open, []);
  await stack.hive('down');
});
