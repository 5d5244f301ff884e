/** Replaces functions of `node:fs` for modules that have imported them, and counts open descriptors. */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import type { TestContext } from 'node:test';

type Name = 'closeSync' | 'fsyncSync' | 'openSync' | 'renameSync' | 'rmSync' | 'writeFileSync' | 'writeSync';
type Call = (...args: readonly unknown[]) => unknown;

/** Calls `fake` in the place of a function of `node:fs` until the test ends; it gets the real one first. */
export function replaceFs(
  t: TestContext,
  name: Name,
  fake: (real: Call, args: readonly unknown[]) => unknown,
): void {
  const real = fs[name] as Call;
  t.mock.method(fs, name, (...args: readonly unknown[]) => fake(real, args));
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
}

/** Arguments of each call of a function of `node:fs` from now on. */
export function watchFs(t: TestContext, name: Name): readonly (readonly unknown[])[] {
  const calls: (readonly unknown[])[] = [];
  replaceFs(t, name, (real, args) => {
    calls.push(args);
    return real(...args);
  });
  return calls;
}

/** Number of descriptors that this process has open. */
export const descriptors = (): number => fs.readdirSync('/dev/fd').length;

/** An error of the file system. */
export const fsError = (code: string): Error => Object.assign(new Error(code), { code });
