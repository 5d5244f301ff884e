/** A folder with a config file, for tests that run the spine in their own process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { stringify } from 'yaml';
import { openStateDir, type StateDir } from '../../src/runtime/memory/state-dir.ts';

export interface StackFolder {
  readonly folder: string;
  readonly file: string;
  readonly state: StateDir;
  /** Writes the config: a stack of this name on any free port, and what is given. */
  save(config: object): void;
}

export function stackFolder(t: TestContext, config: object = {}): StackFolder {
  const folder = mkdtempSync(join(tmpdir(), 'hive-spine-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'hive.yaml');
  const save = (next: object): void =>
    writeFileSync(file, stringify({ name: 'x', gateway: { port: 0 }, servers: {}, ...next }));
  save(config);
  return { folder, file, state: openStateDir(file, { HIVE_STATE_DIR: join(folder, 'state') }), save };
}
