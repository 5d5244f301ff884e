/** Phrases of messages. */

/** `a`, `a or b`, `a, b or c`. */
export function listOf(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words.at(-1)}`;
}
