/** Where the arguments of a call may stand, other than in its words. */
import { text } from 'node:stream/consumers';
import { GatewayError } from '../../errors.ts';
import { MAX_CONFIG_BYTES } from '../../files/limits.ts';
import { readFileText } from '../../files/read-file.ts';
import type { Sources } from './words.ts';

export const SOURCES: Sources = {
  file(path) {
    try {
      return readFileText(path, { maxBytes: MAX_CONFIG_BYTES });
    } catch (cause) {
      throw new GatewayError('USAGE', `cannot read ${path}: ${(cause as Error).message}`, {
        hint: 'name a file with a JSON object: @FILE; a text that begins with @ needs its key: KEY=@TEXT',
        cause,
      });
    }
  },
  stdin: () => text(process.stdin),
};
