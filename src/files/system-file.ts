/** Reads files of the operating system and its tools, which Hive can do without. */
import { MAX_SYSTEM_BYTES } from './limits.ts';
import { processFiles } from './process-files.ts';

/** Empty if the file is missing, unreadable, too large, or on a disk that does not answer. */
export async function systemFile(path: string): Promise<string> {
  return processFiles.text(path, MAX_SYSTEM_BYTES).catch(() => '');
}
