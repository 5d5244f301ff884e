/** Reads and writes the file of a client. */
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Client } from '../../clients/data/client.ts';
import { EditFault } from '../../clients/edit/fault.ts';
import { GatewayError } from '../../errors.ts';
import { MAX_CLIENT_BYTES } from '../../files/limits.ts';
import { contentOf, replaceFile } from '../../store/replace-file.ts';

export interface ClientFile {
  readonly path: string;
  /** Undefined if there is no file. */
  readonly content: Buffer | undefined;
  /** Empty if there is no file. */
  readonly text: string;
}

/** The first path that exists, else the first one whose folder exists; undefined if no folder does. */
export function chosenPath(paths: readonly string[]): string | undefined {
  return paths.find((path) => existsSync(path)) ?? paths.find((path) => existsSync(dirname(path)));
}

/** @throws GatewayError CLIENT_FAILED */
export function readClientFile(path: string): ClientFile {
  const content = attempt(path, () => contentOf(path, MAX_CLIENT_BYTES));
  const text = content?.toString('utf8') ?? '';
  if (content !== undefined && !Buffer.from(text).equals(content))
    throw failure(path, 'it is not UTF-8', 'save it as UTF-8');
  return { path, content, text };
}

/** @throws GatewayError CLIENT_FAILED; nothing is written then. @param after undefined deletes the file */
export function writeClientFile({ path, content }: ClientFile, after: Buffer | undefined): void {
  const maxBytes = MAX_CLIENT_BYTES;
  const replaced = attempt(path, () =>
    replaceFile({ path, before: content, after, maxBytes, now: Date.now() }),
  );
  if (replaced === 'changed')
    throw failure(path, 'it was changed after the preview: nothing was written', 'run the command again');
  if (replaced === 'busy')
    throw failure(path, 'another Hive is writing it: nothing was written', 'run the command again');
  const now = attempt(path, () => contentOf(path, MAX_CLIENT_BYTES));
  if (after === undefined ? now !== undefined : !now?.equals(after))
    throw failure(
      path,
      'its client has written it at the same moment',
      'end the client, and run the command again',
    );
}

/** Runs an edit. @throws GatewayError CLIENT_FAILED for a text that cannot be edited */
export function edit<T>(path: string, client: Client, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof EditFault)) throw thrown;
    throw failure(path, thrown.message, `edit it by hand: the servers stand below ${client.key.join('.')}`);
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw failure(path, (thrown as Error).message, 'check the file, and whether you may write it');
  }
}

export function failure(path: string, message: string, hint: string): GatewayError {
  return new GatewayError('CLIENT_FAILED', `${path} stays as it is: ${message}`, { hint });
}
