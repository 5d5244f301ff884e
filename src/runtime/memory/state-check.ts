/** Checks that Hive can keep its files: what stands in the state folder, and that it has room. */
import { lstatSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { FileFault, kindOf } from '../../files/fault.ts';
import { writeWhole } from '../../store/write-whole.ts';
import { type StateDir, stateError } from './state-dir.ts';

type Kind = 'a file' | 'a folder';

/** What a name in the state folder must be. The control socket is checked where it is opened. */
const KINDS: Readonly<Record<string, Kind>> = {
  'gateway.log': 'a file',
  'gateway.log.1': 'a file',
  'up.out': 'a file',
  'stack.json': 'a file',
  'eras.json': 'a file',
  'pipes.json': 'a file',
  'values.key': 'a file',
  compose: 'a folder',
  lists: 'a folder',
  oauth: 'a folder',
  pipes: 'a folder',
};

/** A disk that has no room for this has none for the files that Compose reads. */
const PROBE_BYTES = 4_096;

/**
 * Looks at what stands in the folder, then writes and removes a small file: the only way to learn that a disk
 * has room.
 * @throws GatewayError STATE_FAILED
 */
export function checkStateDir(state: Pick<StateDir, 'path' | 'saveKey'>): void {
  for (const [name, kind] of Object.entries(KINDS)) requireKind(join(state.path, name), kind);
  const probe = join(state.path, 'probe');
  try {
    writeWhole(probe, 'x'.repeat(PROBE_BYTES));
    rmSync(probe, { force: true });
    state.saveKey();
  } catch (cause) {
    throw stateError(probe, cause);
  }
}

function requireKind(path: string, kind: Kind): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found || kindOf(found) === kind) return;
  const why = `it is ${kindOf(found)}, where Hive keeps ${kind}`;
  throw stateError(path, new FileFault('NOT_REGULAR', why, found.isDirectory()));
}
