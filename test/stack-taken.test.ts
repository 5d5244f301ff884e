/** Of two gateways with one stack name, on one engine, one gets the name and the other learns who has it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holdLock } from '../src/setup/lock.ts';
import { createStackClaim } from '../src/stack-taken.ts';

const CONTAINER = [{ type: 'container' }] as never;

function claimOf(
  t: TestContext,
  name: string,
  file: string,
  { host = 'tcp://engine:2375', servers = CONTAINER } = {},
) {
  const claim = createStackClaim({ host }, file, () => ({ name, servers }));
  t.after(() => claim.close());
  return claim;
}

test('of gateways that claim a name at the same moment one must get it, and the others be told', async (t) => {
  const name = randomUUID();
  const files = ['/a.yaml', '/b.yaml', '/c.yaml', '/d.yaml'];
  const claims = files.map((file) => claimOf(t, name, file));
  const holders = await Promise.all(claims.map((claim) => claim.holder()));
  const winner = holders.indexOf(undefined);
  const told = holders.filter((_, index) => index !== winner);
  const holder = { path: files[winner], canBeDowned: true, pid: process.pid };
  assert.deepEqual(told, [holder, holder, holder]);
  assert.equal(await claims[winner]?.holder(), undefined, 'it keeps the name');
  claims[winner]?.close();
  const [next] = claims.filter((_, index) => index !== winner);
  assert.equal(await next?.holder(), undefined, 'the name is free again');
});

test('a gateway that was killed must leave its name to the next one', async (t) => {
  const name = randomUUID();
  const code = `
    import { createStackClaim } from '${join(import.meta.dirname, '../src/stack-taken.ts')}';
    const servers = [{ type: 'container' }];
    const stack = () => ({ name: '${name}', servers });
    await createStackClaim({ host: 'tcp://engine:2375' }, '/killed.yaml', stack).holder();
    console.log('claimed');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  const claim = claimOf(t, name, '/next.yaml');
  assert.deepEqual(await claim.holder(), { path: '/killed.yaml', canBeDowned: true, pid: child.pid });
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(await claim.holder(), undefined);
});

test('stacks on different engines, and stacks without containers, must not need the name', async (t) => {
  const name = randomUUID();
  await claimOf(t, name, '/a.yaml').holder();
  assert.equal(await claimOf(t, name, '/b.yaml', { host: 'tcp://other:2375' }).holder(), undefined);
  assert.equal(await claimOf(t, name, '/b.yaml', { servers: [] as never }).holder(), undefined);
});

test('one engine must be recognised under two paths', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-claim-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [socket, link] = [join(folder, 'engine.sock'), join(folder, 'link.sock')];
  writeFileSync(socket, '');
  symlinkSync(socket, link);
  const name = randomUUID();
  await claimOf(t, name, '/a.yaml', { host: `unix://${socket}` }).holder();
  const other = await claimOf(t, name, '/b.yaml', { host: `unix://${link}` }).holder();
  assert.equal(other?.path, '/a.yaml');
});

test('a process that has the lock and says nothing must not hold up the claim', async (t) => {
  const name = randomUUID();
  const silent = createServer(() => {});
  t.after(() => silent.close());
  silent.listen(`\0hive-${name}`);
  await once(silent, 'listening');
  assert.deepEqual(await holdLock(name, 'note', 50), { ownerNote: '' });
});

test('the note of an owner must be bounded, and need not be one of a gateway', async (t) => {
  const name = randomUUID();
  for (const note of ['', 'null', '{"file":7}', 'x'.repeat(10_000)]) {
    const own = await holdLock(`${name}${note.length}`, note);
    assert.ok('release' in own);
    t.after(own.release);
    const other = await holdLock(`${name}${note.length}`, 'other');
    assert.ok('ownerNote' in other && other.ownerNote.length <= 8_192);
  }
});
