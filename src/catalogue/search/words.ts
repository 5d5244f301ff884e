/** Texts as the words by which they are found. */

/** Words that say nothing about a server, in descriptions and in queries. */
const EMPTY = new Set(
  'a an and any are as at by for from in into is it its mcp of on or server that the this to with your'.split(
    ' ',
  ),
);

/** Lower case, without accents, in the singular. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  return (plain.match(/[\p{L}\p{N}]+/gu) ?? []).map(singular);
}

/** The words of a text, without those that say nothing. */
export const tellingWords = (text: string): string[] => wordsOf(text).filter((word) => !EMPTY.has(word));

/** Plurals of English, roughly, since both sides of a search get the same treatment. `postgres` is none. */
function singular(word: string): string {
  if (word.length <= 3 || !word.endsWith('s') || /(ss|us|is|gres)$/.test(word)) return word;
  return word.endsWith('ies') ? `${word.slice(0, -3)}y` : word.slice(0, -1);
}
