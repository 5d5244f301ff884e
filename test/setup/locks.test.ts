/** Locks between processes: of the setup, and of the launcher. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';

const ROOT = join(import.meta.dirname, '../..');

interface LockCase {
  readonly what: string;
  /** JavaScript that defines `locked(work, onWait)`. */
  readonly code: string;
}

function cases(t: TestContext): LockCase[] {
  const name = `test-${randomBytes(4).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const inSrc = join(ROOT, 'src/setup/lock.ts');
  const inScripts = join(ROOT, 'scripts/lock.mjs');
  const path = join(folder, 'lock');
  return [
    {
      what: 'setup',
      code: `import { withLock } from '${inSrc}'; const locked = (w, o) => withLock('${name}', w, o);`,
    },
    {
      what: 'launcher',
      code: `import { withLock } from '${inScripts}'; const locked = (w, o) => withLock('${path}', w, o);`,
    },
  ];
}

/** A process that runs this code; each line it prints can be awaited. */
function run(
  t: TestContext,
  code: string,
): { child: ChildProcess; line: (text: string) => Promise<void>; text: () => string } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const line = async (wanted: string) => {
    while (!text.includes(`${wanted}\n`))
      await once(child.stdout, 'data', { signal: AbortSignal.timeout(60_000) });
  };
  return { child, line, text: () => text };
}

test('a lock must have one owner at a time, and every contender get its turn', async (t) => {
  for (const { what, code } of cases(t)) {
    const worker = `${code}
      await locked(async () => {
        console.log('in');
        await new Promise((done) => setTimeout(done, 30));
        console.log('out');
      }, () => {});`;
    const order: string[] = [];
    const contenders = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', worker], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout.on('data', (chunk: Buffer) => order.push(...chunk.toString().trim().split('\n')));
      return once(child, 'close');
    });
    const ends = await Promise.all(contenders);
    assert.deepEqual(
      ends.map(([exitCode]) => exitCode),
      [0, 0, 0, 0, 0, 0],
      what,
    );
    assert.deepEqual(order, Array.from({ length: 6 }, () => ['in', 'out']).flat(), what);
  }
});

test('the lock of a process killed with -9 must pass on, and the waiting process learn its owner', async (t) => {
  for (const { what, code } of cases(t)) {
    const owner = run(
      t,
      `${code} await locked(() => { console.log('mine'); return new Promise(() => setInterval(() => {}, 1e6)); }, () => {});`,
    );
    await owner.line('mine');
    const next = run(
      t,
      `${code} await locked(async () => console.log('mine'), (pid) => console.log('waits for ' + pid));`,
    );
    await next.line(`waits for ${owner.child.pid}`);
    owner.child.kill('SIGKILL');
    await next.line('mine');
    assert.equal(next.text(), `waits for ${owner.child.pid}\nmine\n`, what);
  }
});

test('the lock of the launcher must leave nothing in its folder', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const { withLock } = await import(join(ROOT, 'scripts/lock.mjs'));
  await assert.rejects(
    withLock(
      join(folder, 'lock'),
      () => Promise.reject(new Error('the work failed')),
      () => {},
    ),
    /the work failed/,
  );
  assert.deepEqual(readdirSync(folder), []);
});
