/** Counts processes of this machine. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';

/** Running processes with this word among their arguments. Zombies do not count. */
export function pidsOf(word: string): number[] {
  return pidsWhere((args) => args.includes(word));
}

/** Running processes that name a path in this folder. Zombies do not count. */
export function pidsNaming(folder: string): number[] {
  return pidsWhere((args) => args.some((arg) => arg.includes(`${folder}/`)));
}

function pidsWhere(fits: (args: readonly string[]) => boolean): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => fits(read(`/proc/${pid}/cmdline`).split('\0')) && isAlive(pid));
}

export function isAlive(pid: number): boolean {
  const status = read(`/proc/${pid}/status`);
  return status !== '' && !/^State:\s+Z/m.test(status);
}

/** Resolves when exactly `count` processes with this word are left. */
export async function untilLeft(word: string, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (pidsOf(word).length !== count) {
    if (Date.now() > deadline)
      assert.fail(`processes still there: ${pidsOf(word).join(', ')}; ${count} wanted`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
