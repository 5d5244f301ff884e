/** The query language of logs: words, phrases, patterns and filters → a query. docs/logs.md describes it. */
import { GatewayError } from '../../errors.ts';
import { suggest } from '../../model/text/suggest.ts';
import { LEVELS } from '../../model/watch/log-search.ts';
import { rankOfWord } from './levels.ts';
import { searchPattern } from './pattern.ts';
import { EVERYTHING, type NameFilter, type Query, type Term } from './query.ts';
import { queryError } from './query-error.ts';
import { scan, type Token } from './scanner.ts';
import { readTime } from './times.ts';
import { isIndexed } from './words.ts';

const KEYS = ['server', 'stream', 'level', 'since', 'until'] as const;
type Key = (typeof KEYS)[number];
const STREAMS = ['stderr', 'noise', 'hive'];

const isKey = (key: string): key is Key => KEYS.some((it) => it === key);

type Draft = { -readonly [K in keyof Query]: Query[K] extends readonly (infer T)[] ? T[] : Query[K] };

/** @param now Unix milliseconds, from which durations count back @throws GatewayError USAGE */
export function parseQuery(query: string, now: number): Query {
  const draft: Draft = { ...EVERYTHING, servers: [], streams: [], terms: [] };
  for (const token of scan(query)) add(draft, token, query, now);
  return draft;
}

function add(draft: Draft, token: Token, query: string, now: number): void {
  const { kind, isNot, text } = token;
  if (kind === 'filter') addFilter(draft, token, query, now);
  else if (kind === 'pattern') draft.terms.push(patternTerm(token, query));
  else if (kind === 'phrase') draft.terms.push(...wordTerms(text, isNot, false));
  else draft.terms.push(...wordTerms(text, isNot, true));
}

function patternTerm({ isNot, text: source, flags, at, length }: Token, query: string): Term {
  if (!/^i?$/.test(flags))
    throw queryError(
      query,
      { at: at + length - flags.length, length: flags.length },
      `a pattern has no flag ${flags}`,
      'write /…/ or /…/i',
    );
  const ignoresCase = flags === 'i';
  try {
    searchPattern(source, ignoresCase);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    throw queryError(query, { at, length }, error.message, error.hint ?? '');
  }
  return { kind: 'pattern', isNot, source, ignoresCase };
}

/** @param mayHaveStars in a word, `*` at the end means any ending, and at both ends any part */
function wordTerms(text: string, isNot: boolean, mayHaveStars: boolean): Term[] {
  const [, before = '', inner = '', behind = ''] =
    /^(\*?)([\s\S]*?)(\*?)$/.exec(mayHaveStars ? text : '') ?? [];
  const wanted = mayHaveStars && inner !== '' ? inner : text;
  if (wanted.trim() === '') return [];
  const isPart = (before !== '' && inner !== '') || !isIndexed(wanted);
  if (isPart) return [{ kind: 'part', isNot, text: wanted }];
  return [{ kind: 'words', isNot, text: wanted, isPrefix: behind !== '' && inner !== '' }];
}

function addFilter(draft: Draft, token: Token, query: string, now: number): void {
  const { key, operator, text, isNot } = token;
  if (!isKey(key)) {
    refuseNearKey(token, query);
    if (operator === '=' && text !== '')
      draft.terms.push({ kind: 'field', isNot, path: key.split('.'), value: text });
    else
      draft.terms.push(
        ...wordTerms(query.slice(token.at + (isNot ? 1 : 0), token.at + token.length), isNot, true),
      );
    return;
  }
  if (text === '') refuse(token, query, `${key}${operator} has no value`, EXAMPLES[key]);
  if (key !== 'level' && operator !== ':' && operator !== '=')
    refuse(token, query, `${key} is not compared by ${operator}`, EXAMPLES[key]);
  FILTERS[key](draft, token, query, now);
}

/** A wrong key would be searched for as a word, and find nothing. */
function refuseNearKey(token: Token, query: string): void {
  const { key, operator, text } = token;
  const meant = operator === ':' && key.length > 3 ? suggest(key, KEYS) : undefined;
  if (meant !== undefined && Math.abs(meant.length - key.length) <= 1)
    refuse(
      token,
      query,
      `there is no filter ${key}`,
      `write ${meant}:${text}, or the text in quotes: "${key}:${text}"`,
    );
}

const EXAMPLES: Readonly<Record<Key, string>> = {
  server: 'write the name of a server: server:search',
  stream: 'write stream:stderr, stream:noise or stream:hive',
  level: `write level>=warning, or level:error; levels are ${LEVELS.join(', ')}`,
  since: 'write since:10m, since:2h, since:7d or since:2026-11-28T10:00',
  until: 'write until:10m, until:2h or until:2026-11-28T10:00',
};

const FILTERS: Readonly<Record<Key, (draft: Draft, token: Token, query: string, now: number) => void>> = {
  server: (draft, { text, isNot }) => draft.servers.push(nameFilter(text, isNot)),
  stream(draft, token, query) {
    const filter = nameFilter(token.text, token.isNot);
    const odd = filter.names.find((name) => !name.includes('*') && !STREAMS.includes(name));
    if (odd !== undefined) refuse(token, query, `there is no stream ${odd}`, EXAMPLES.stream);
    draft.streams.push(filter);
  },
  level(draft, token, query) {
    const rank = rankOfWord(token.text);
    if (rank === 0) refuse(token, query, `${token.text} is no level`, EXAMPLES.level);
    if (token.isNot) refuse(token, query, 'a level cannot be left out', EXAMPLES.level);
    const { from, to } = draft.levels ?? { from: 1, to: LEVELS.length };
    const bounds = RANKS[token.operator]?.(rank) ?? { from: rank, to: rank };
    draft.levels = { from: Math.max(from, bounds.from), to: Math.min(to, bounds.to) };
  },
  since(draft, token, query, now) {
    draft.since = Math.max(draft.since ?? Number.NEGATIVE_INFINITY, timeOf(token, query, now));
  },
  until(draft, token, query, now) {
    draft.until = Math.min(draft.until ?? Number.POSITIVE_INFINITY, timeOf(token, query, now));
  },
};

const RANKS: Readonly<Record<string, (rank: number) => { from: number; to: number }>> = {
  '>=': (rank) => ({ from: rank, to: LEVELS.length }),
  '>': (rank) => ({ from: rank + 1, to: LEVELS.length }),
  '<=': (rank) => ({ from: 1, to: rank }),
  '<': (rank) => ({ from: 1, to: rank - 1 }),
};

const nameFilter = (text: string, isNot: boolean): NameFilter => ({
  names: text.split(',').filter((name) => name !== ''),
  isNot,
});

function timeOf(token: Token, query: string, now: number): number {
  const { key, text, isNot } = token;
  const at = readTime(text, now);
  if (at === undefined || isNot) return refuse(token, query, `not a time: ${text}`, EXAMPLES[key as Key]);
  return at;
}

/** @throws GatewayError USAGE */
function refuse({ at, length }: Token, query: string, message: string, hint: string): never {
  throw queryError(query, { at, length }, message, hint);
}
