/** What the index of words can find of a query: a superset, which the matcher then looks at. */
import type { Query, Term } from './query.ts';
import { indexPhrase, wordsIn } from './words.ts';

/** Values that JSON and `key=value` write as they are. */
const PLAIN = /^[ !#-[\]-~]+$/;

/** An expression for FTS5; empty if the index cannot help. Never one that FTS5 refuses. */
export function indexQuery({ terms }: Pick<Query, 'terms'>): string {
  return terms.flatMap(phraseOf).join(' AND ');
}

function phraseOf(term: Term): string[] {
  if (term.isNot) return [];
  if (term.kind === 'words') return [indexPhrase(term.text, term.isPrefix && endsInWord(term.text))];
  if (term.kind !== 'field' || !PLAIN.test(term.value)) return [];
  return wordsIn(term.value).map((word) => indexPhrase(word));
}

const endsInWord = (text: string): boolean => /[\p{L}\p{N}\p{M}]$/u.test(text);
