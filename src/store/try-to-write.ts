/** Tries whether a folder has room, without holding up the process. */
import { constants } from 'node:fs';
import { open, rm } from 'node:fs/promises';

const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;

/**
 * Writes a file and removes it. Several processes may do so at once; a link in its place is removed.
 * @throws the error of the file system
 */
export async function tryToWrite(path: string, bytes: number): Promise<void> {
  await rm(path, { force: true });
  try {
    const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o600);
    try {
      await file.write(Buffer.alloc(bytes, 'x'));
    } finally {
      await file.close();
    }
  } finally {
    await rm(path, { force: true });
  }
}
