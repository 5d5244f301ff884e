/** A folder with a config file, for tests that run the spine in their own process. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { stringify } from 'yaml';
import { systemClock } from '../../src/clock.ts';
import { loadDesired } from '../../src/desired.ts';
import type { GatewaySettings } from '../../src/gateway.ts';
import { silentLog } from '../../src/log.ts';
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

/** Settings of a gateway without containers for the folder's stack, which says nothing. */
export const settingsOf = async ({ file, state }: StackFolder): Promise<GatewaySettings> => ({
  file,
  state,
  desired: await loadDesired({ file, state, clock: systemClock }),
  engine: undefined,
  engineMissing: { code: 'ENGINE_MISSING', reason: 'none here', hint: '' },
  ensureBases: async () => {},
  clock: systemClock,
  remember: () => {},
  openLog: () => silentLog,
  say: () => {},
});
