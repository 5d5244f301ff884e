/** Errors of SQLite: which mean that a file is broken, and which may pass. */

/** Primary result codes of SQLite. */
const CODE = { busy: 5, readOnly: 8, ioError: 10, corrupt: 11, full: 13, cannotOpen: 14, notADatabase: 26 };

const codeOf = (error: unknown): number => {
  const code: unknown = Object(error).errcode;
  return typeof code === 'number' ? code & 0xff : 0;
};

/** True for a file that will never be read again. */
export const isCorrupt = (error: unknown): boolean =>
  [CODE.corrupt, CODE.notADatabase].includes(codeOf(error));

/** A sentence for people. */
export function describeFault(error: unknown): string {
  const code = codeOf(error);
  if (code === CODE.full) return 'the disk is full';
  if (code === CODE.readOnly) return 'the disk is read-only, or the file belongs to another user';
  return error instanceof Error ? error.message : String(error);
}
