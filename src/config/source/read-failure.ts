/** Errors of the file system, in words for the config's author. */
import { FileFault } from '../../files/fault.ts';

/** Why a file could not be read. */
export function reasonOf(thrown: unknown): string {
  if (isMissing(thrown)) return 'there is no such file';
  if (isFolder(thrown)) return 'it is a folder';
  if (hasCode(thrown, 'EACCES')) return 'permission denied';
  if (hasCode(thrown, 'ERR_ENCODING_INVALID_ENCODED_DATA')) return 'it is not UTF-8 text';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** True if the file, or a folder on the way to it, does not exist. */
export function isMissing(thrown: unknown): boolean {
  return hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR');
}

/** True if a file was wanted and a folder is there. */
export function isFolder(thrown: unknown): boolean {
  return hasCode(thrown, 'EISDIR') || (thrown instanceof FileFault && thrown.isFolder);
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
