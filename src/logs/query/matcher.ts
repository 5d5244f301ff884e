/** Matches log lines with a query: the one meaning of queries, for the store, the memory and followers. */
import type { LogEntry } from '../../model/status.ts';
import { matchesPattern } from '../../model/text/grammar.ts';
import { withoutColours } from '../../model/text/visible.ts';
import { hasField } from './fields.ts';
import { rankIn } from './levels.ts';
import { searchPattern } from './pattern.ts';
import type { NameFilter, Query, Term } from './query.ts';
import { WORD_CHARACTER } from './words.ts';

export type Matches = (entry: LogEntry) => boolean;
export type MatchesText = (text: string) => boolean;

/** @throws GatewayError USAGE for a pattern, which `parseQuery` refuses already */
export function matcherOf(query: Query): Matches {
  const { levels, since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = query;
  const isText = textMatcher(query.terms);
  const isServer = namesMatcher(query.servers);
  const isStream = namesMatcher(query.streams);
  const isLevel = (text: string): boolean => {
    if (!levels) return true;
    const rank = rankIn(text);
    return rank >= levels.from && rank <= levels.to;
  };
  return ({ at, serverName, stream, text }) => {
    if (at < since || at > until || !isServer(serverName) || !isStream(stream)) return false;
    const plain = withoutColours(text);
    return isLevel(plain) && isText(plain);
  };
}

/** @param terms all must hold */
export function textMatcher(terms: readonly Term[]): MatchesText {
  const tests = terms.map((term) => {
    const test = testOf(term);
    return term.isNot ? (text: string) => !test(text) : test;
  });
  return (text) => tests.every((test) => test(text));
}

function testOf(term: Term): MatchesText {
  switch (term.kind) {
    case 'words': {
      const expression = wordsExpression(term.text, term.isPrefix);
      return (text) => expression.test(text);
    }
    case 'part': {
      const expression = new RegExp(literal(term.text), 'iu');
      return (text) => expression.test(text);
    }
    case 'pattern': {
      const pattern = searchPattern(term.source, term.ignoresCase);
      return (text) => text.split('\n').some((line) => pattern.test(line));
    }
    case 'field':
      return (text) => hasField(text, term.path, term.value);
  }
}

/** Whole words, whatever their case; a space stands for any white space. */
function wordsExpression(text: string, isPrefix: boolean): RegExp {
  const isWord = (character: string): boolean => new RegExp(WORD_CHARACTER, 'u').test(character);
  const first = String.fromCodePoint(text.codePointAt(0) ?? 0);
  const last = [...text].at(-1) ?? '';
  const before = isWord(first) ? `(?<!${WORD_CHARACTER})` : '';
  const behind = !isPrefix && isWord(last) ? `(?!${WORD_CHARACTER})` : '';
  return new RegExp(`${before}${literal(text)}${behind}`, 'iu');
}

/** Matches the text itself; a space stands for any white space. */
const literal = (text: string): string =>
  text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&').replace(/\s+/g, '\\s+');

/** With several filters each must hold. */
export function namesMatcher(filters: readonly NameFilter[]): (name: string) => boolean {
  return (name) =>
    filters.every(({ names, isNot }) => names.some((it) => matchesPattern(it, name)) !== isNot);
}
