/** Whether a file exists, where a disk that does not answer must not stop the process. */
import type { FileReader } from './file-reader.ts';

const MISSING: ReadonlySet<unknown> = new Set(['ENOENT', 'ENOTDIR']);

/** False only if there is certainly nothing of that name: not for a disk that does not answer. */
export async function isThere(path: string, files: Pick<FileReader, 'stat'>): Promise<boolean> {
  return files.stat(path).then(
    () => true,
    (error) => !MISSING.has(error?.code),
  );
}
