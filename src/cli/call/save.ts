/** Saves what a tool answered in files, beside each other and over no other file. */
import { join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { writeNew } from '../../store/write-whole.ts';
import type { Attachment } from './result.ts';

/** Names that are tried for one file: `TOOL.png`, `TOOL-2.png` and so on. */
const MAX_NAMES = 1_000;

/** @returns the path. @throws GatewayError STATE_FAILED */
export function saveAttachment(folder: string, { fileName, bytes }: Attachment): string {
  try {
    makeFolder(folder, 0o755);
    return writeBeside(folder, fileName, bytes);
  } catch (cause) {
    throw new GatewayError('STATE_FAILED', `${fileName} cannot be saved: ${(cause as Error).message}`, {
      hint: 'name a folder that can be written: --out FOLDER',
      cause,
    });
  }
}

function writeBeside(folder: string, fileName: string, bytes: Buffer): string {
  const at = fileName.lastIndexOf('.');
  for (let number = 1; ; number++) {
    const numbered = number === 1 ? fileName : `${fileName.slice(0, at)}-${number}${fileName.slice(at)}`;
    const path = join(folder, numbered);
    try {
      writeNew(path, bytes);
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || number === MAX_NAMES) throw error;
    }
  }
}
