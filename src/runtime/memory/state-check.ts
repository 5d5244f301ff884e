/** Checks that Hive can keep its files: what stands in the state folder, and that it has room. */
import { join } from 'node:path';
import { FileFault, kindOf } from '../../files/fault.ts';
import type { FileReader } from '../../files/file-reader.ts';
import { processFiles } from '../../files/process-files.ts';
import { tryToWrite } from '../../store/try-to-write.ts';
import { refuseBlocked } from './state-answers.ts';
import { type StateDir, stateError } from './state-dir.ts';

type Kind = 'a file' | 'a folder';

/** What a name in the state folder must be. The control socket is checked where it is opened. */
const KINDS: Readonly<Record<string, Kind>> = {
  'gateway.log': 'a file',
  'gateway.log.1': 'a file',
  'up.out': 'a file',
  'logs.jsonl': 'a file',
  'stack.json': 'a file',
  'eras.json': 'a file',
  'pipes.json': 'a file',
  'values.key': 'a file',
  compose: 'a folder',
  lists: 'a folder',
  logs: 'a folder',
  oauth: 'a folder',
  pipes: 'a folder',
};

/** A disk that has no room for this has none for the files that Compose reads. */
const PROBE_BYTES = 4_096;

/**
 * Looks at what stands in the folder, then writes and removes a small file: the only way to learn that a disk
 * has room. A disk that does not answer costs a limited time, and the event loop none.
 * @throws GatewayError STATE_FAILED
 */
export async function checkStateDir(
  state: Pick<StateDir, 'path' | 'saveKey'>,
  files: FileReader = processFiles,
): Promise<void> {
  const kinds = Object.entries(KINDS);
  await Promise.all(kinds.map(([name, kind]) => requireKind(join(state.path, name), kind, files)));
  const probe = join(state.path, 'probe');
  try {
    await files.within(probe, () => tryToWrite(probe, PROBE_BYTES));
    state.saveKey();
  } catch (cause) {
    refuseBlocked(probe, cause);
    throw stateError(probe, cause);
  }
}

async function requireKind(path: string, kind: Kind, files: FileReader): Promise<void> {
  const found = await files.lstat(path).catch((error) => refuseBlocked(path, error));
  if (!found || kindOf(found) === kind) return;
  const why = `it is ${kindOf(found)}, where Hive keeps ${kind}`;
  throw stateError(path, new FileFault('NOT_REGULAR', why, found.isDirectory()));
}
