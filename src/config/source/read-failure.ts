/** Errors of the file system, in words for the config's author. */

/** Why a file could not be read. */
export function reasonOf(thrown: unknown): string {
  if (isMissing(thrown)) return 'there is no such file';
  if (hasCode(thrown, 'EISDIR')) return 'it is a folder';
  if (hasCode(thrown, 'EACCES')) return 'permission denied';
  if (hasCode(thrown, 'ERR_ENCODING_INVALID_ENCODED_DATA')) return 'it is not UTF-8 text';
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** True if the file, or a folder on the way to it, does not exist. */
export function isMissing(thrown: unknown): boolean {
  return hasCode(thrown, 'ENOENT') || hasCode(thrown, 'ENOTDIR');
}

function hasCode(thrown: unknown, code: string): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === code;
}
