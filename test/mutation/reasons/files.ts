/** Reasons of survivors: files and secrets. */
import { because, type Reasons } from './because.ts';

export const FILES: Reasons = {
  'src/files/read-file.ts': because(
    'a matter of speed: chunks of each size give the same bytes, and the limit counts bytes',
    ['1 << 16', '((1 << 16) * 10)'],
    ['1 << 16', '((1 << 16) / 10)'],
  ),
  'src/store/log-file.ts': [
    ...because('closing nothing throws, which is caught there', ['fd !== undefined', 'true']),
    ...because('the caller throws then, since there is no file, and its line is lost all the same', [
      'throw error;',
      ';',
    ]),
  ],
  'src/store/record-file.ts': [
    ...because('a Map made of nothing is empty too', ['return [];', ';']),
    ...because('nothing counts as false', ['return false;', ';']),
  ],
};
