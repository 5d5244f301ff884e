/** What becomes of process groups whose gateway is killed. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

const WATCHDOG = pathToFileURL(join(import.meta.dirname, '../../../src/runtime/links/watchdog.ts')).href;

/** Runs a gateway that guards a shell without its mark, and is killed. @returns the pid of the shell */
async function orphan(t: TestContext, script: string, steps: string): Promise<number> {
  const shell = spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = shell.pid as number;
  t.after(() => void (isAlive(pid) && process.kill(-pid, 'SIGKILL')));
  await once(shell.stdout, 'data');
  const body =
    `const { watchdog } = await import(${JSON.stringify(WATCHDOG)}); ` +
    `watchdog.guard(${pid}); ${steps.replaceAll('PID', String(pid))}; ` +
    "setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200)";
  const gateway = spawn(process.execPath, ['--input-type=module', '-e', body], { stdio: 'ignore' });
  await once(gateway, 'exit');
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(what: string, is: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await sleep(20)) if (is()) return;
  assert.fail(what);
}

/** Says that it runs; tidies up for a moment when it gets SIGTERM. */
function tidies(t: TestContext): { script: string; hasTidied: () => boolean } {
  const folder = mkdtempSync(join(tmpdir(), 'hive-watchdog-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tidied');
  const script = `trap 'sleep 0.3; touch "${file}"; exit' TERM; echo; sleep 60 & wait`;
  return { script, hasTidied: () => existsSync(file) };
}

test('a group must be killed with its gateway, also one that has lost its mark and ignores SIGTERM', async (t) => {
  const pid = await orphan(t, "trap '' TERM; echo; sleep 60 & wait", '');
  await until('it is killed', () => !isAlive(pid));
});

test('a group that installs a package must get SIGTERM and time to end in order', async (t) => {
  const { script, hasTidied } = tidies(t);
  const pid = await orphan(t, script, 'watchdog.installs(PID)');
  await until('it ends', () => !isAlive(pid));
  assert.ok(hasTidied());
});

test('a group that has installed its package must be killed at once', async (t) => {
  const { script, hasTidied } = tidies(t);
  const pid = await orphan(t, script, 'watchdog.installs(PID); watchdog.installed(PID)');
  await until('it is killed', () => !isAlive(pid));
  await sleep(500);
  assert.ok(!hasTidied());
});
