/** The words of `hive logs`: names of servers, and a query. */
import { SERVER_NAME } from '../../model/text/grammar.ts';

export interface LogWords {
  /** Empty: all. */
  readonly serverNames: readonly string[];
  /** In the query language of docs/logs.md; empty: every line. */
  readonly query: string;
}

/** Words that are names of servers choose them; the others are a query. */
export function logWords(words: readonly string[], known: readonly string[]): LogWords {
  const isServer = (word: string): boolean => known.includes(word);
  return {
    serverNames: words.filter(isServer),
    query: words.filter((word) => !isServer(word)).join(' '),
  };
}

/** True for words that may be names of servers with a typing error, and are nothing else. */
export const areNames = (query: string): boolean =>
  query !== '' && query.split(' ').every((word) => SERVER_NAME.test(word));

export interface LogFilters {
  /** Checked already, as are the others. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly level?: string | undefined;
  readonly grep?: string | undefined;
}

/** The query with what options ask for. */
export function queryWith(query: string, { since, until, level, grep }: LogFilters): string {
  const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;
  return [
    query,
    ...(since === undefined ? [] : [`since:${quoted(since)}`]),
    ...(until === undefined ? [] : [`until:${quoted(until)}`]),
    ...(level === undefined ? [] : [`level>=${quoted(level)}`]),
    ...(grep === undefined ? [] : [`/${grep.replace(/\\[\s\S]|\//g, (it) => (it === '/' ? '\\/' : it))}/`]),
  ]
    .filter((part) => part !== '')
    .join(' ');
}
