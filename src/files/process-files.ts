/** The reader of files that all parts of the process share. */
import { FileReader } from './file-reader.ts';

/**
 * One for the process, since the threads that a dead disk holds belong to the process: readers of their own
 * would together take all of them.
 */
export const processFiles = new FileReader();
