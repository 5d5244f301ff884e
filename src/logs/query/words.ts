/** Words as the index of the logs takes them out of a text (SQLite FTS5, tokenizer `unicode61`). */

const WORD = /[\p{L}\p{N}\p{M}\p{Co}]+/gu;
/** Letters of scripts without cases, some of which leave no space between words: Chinese, Thai. */
const UNSPACED = /\p{Lo}/u;

/** Characters that a word may hold. */
export const WORD_CHARACTER = '[\\p{L}\\p{N}\\p{M}\\p{Co}]';

/** True for a text that the index can find as words. */
export const isIndexed = (text: string): boolean => !UNSPACED.test(text) && /[\p{L}\p{N}]/u.test(text);

/** The words of a text, in order. */
export const wordsIn = (text: string): string[] => text.match(WORD) ?? [];

/**
 * A phrase of the index's own query language. Every text can be one, since quotes are doubled; SQLite would
 * stop reading at a NUL.
 */
export const indexPhrase = (text: string, isPrefix = false): string =>
  `"${text.replaceAll('\0', ' ').replaceAll('"', '""')}"${isPrefix ? ' *' : ''}`;
