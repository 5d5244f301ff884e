/** A chaos run that is ended early leaves nothing behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { dockerLines } from '../helpers/docker.ts';
import { eventually } from '../helpers/tools.ts';

/** Processes with that text in their command line. */
function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  test(`a chaos run that ends by ${signal} must leave no process, container, network or folder`, async (t) => {
    const mark = randomBytes(4).toString('hex');
    // Not under TMPDIR, which may be long: paths of Unix sockets are short.
    const folder = mkdtempSync('/tmp/off-');
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const child = spawn(process.execPath, [join(import.meta.dirname, 'run.ts'), '--minutes', '5'], {
      env: { ...process.env, TMPDIR: folder, HIVE_TEST_RUN: mark },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.after(() => child.kill('SIGKILL'));
    for await (const line of createInterface({ input: child.stdout })) if (/^\d+ s, storm/.test(line)) break;
    child.stdout.resume();
    assert.ok(processesWith(mark).length > 3);
    assert.ok((await dockerLines('ps', '-aq', '--filter', `name=${mark}`)).length > 0);
    child.kill(signal);
    assert.equal((await once(child, 'exit'))[0], code);
    // A question to docker that the run has just asked may still be on its way.
    await eventually('no process is left', () => processesWith(mark).length === 0);
    assert.deepEqual(await dockerLines('ps', '-aq', '--filter', `name=${mark}`), []);
    assert.deepEqual(await dockerLines('network', 'ls', '-q', '--filter', `name=${mark}`), []);
    assert.deepEqual(readdirSync(folder), []);
  });
