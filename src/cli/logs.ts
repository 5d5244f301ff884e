/** `hive logs`: prints what servers wrote. */
import { GatewayError, unknownServer } from '../errors.ts';
import { readTime } from '../logs/query/times.ts';
import type { LogEntry, ServerStatus } from '../model/status.ts';
import type { FoundLine, FoundLines, LogSearch } from '../model/watch/log-search.ts';
import { allLines, firstPage, newestLines, type WantedLines } from './logs/search-lines.ts';
import { areNames, logWords, queryWith } from './logs/words.ts';
import type { ControlClient } from './stack/control-client.ts';
import { controlOf, gatewayEnded } from './stack/control-of.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { peekState } from './stack/state.ts';
import { type Typed, typedFor } from './stack/typing.ts';
import { joined, lines, type Painted, paint, print, printError, printJson } from './terminal/print.ts';

export interface LogsOptions extends ConfigOption {
  readonly follow?: boolean;
  /** A number, as it was typed. */
  readonly tail?: string;
  /** A duration or a date, as it was typed. */
  readonly since?: string;
  readonly until?: string;
  /** The least level, as it was typed. */
  readonly level?: string;
  /** A regular expression, as it was typed. */
  readonly grep?: string;
  readonly json?: boolean;
}

const COLOUR = { stderr: 'white', noise: 'yellow', hive: 'cyan' } as const;

/** Lines on disk that are shown if no number is asked for: as many as the memory has of one server. */
const USUAL_LINES = 2_000;

interface Wanted extends WantedLines {
  readonly follow: boolean;
  /** True if the words or options ask for more than servers and a number. */
  readonly isQuery: boolean;
  /** True if no number was asked for. */
  readonly isUsual: boolean;
  /** Undefined for no `--since`. */
  readonly since: number | undefined;
}

type Show = (entry: LogEntry) => void;

/**
 * @param words names of servers, and a query; empty: all
 * @throws GatewayError USAGE, SERVER_UNKNOWN, NOT_RUNNING
 */
export async function logs(words: readonly string[], options: LogsOptions): Promise<void> {
  await checkOptions(options);
  const typed = typedFor(options.config);
  const painter = createPainter();
  const shown = new Set<string>();
  const show: Show = (entry) => {
    shown.add(entry.serverName);
    if (options.json) printJson(entry);
    else print(renderEntry(entry, { painter, typed }));
  };
  const control = await controlOf(options).catch(async (error: unknown) => {
    await showKept(words, options, error, { show, typed });
  });
  if (!control) return;
  try {
    const { servers } = await control.status();
    const wanted = wantedOf(
      words,
      servers.map(({ serverName }) => serverName),
      options,
    );
    await showRunning(control, wanted, show);
    if (wanted.follow) throw gatewayEnded();
    const silent = wanted.serverNames.filter((it) => !shown.has(it));
    if (isWhole(wanted)) await explainSilence(servers, silent, typed);
  } finally {
    await control.close();
  }
}

/** True if a server without lines has none at all. */
const isWhole = ({ follow, tail, isQuery }: Wanted): boolean => !follow && tail !== 0 && !isQuery;

async function explainSilence(
  servers: readonly ServerStatus[],
  silent: readonly string[],
  typed: Typed,
): Promise<void> {
  if (silent.length === 0) return;
  const { describeSilent } = await import('./stack/silent-servers.ts');
  for (const server of servers)
    if (silent.includes(server.serverName)) printError(typed(describeSilent(server)));
}

function wantedOf(words: readonly string[], known: readonly string[], options: LogsOptions): Wanted {
  const { serverNames, query } = logWords(words, known);
  const whole = queryWith(query, options);
  return {
    serverNames,
    query: whole,
    isQuery: whole !== '',
    follow: options.follow ?? false,
    isUsual: options.tail === undefined,
    tail: readTail(options.tail),
    since: readSince(options.since, Date.now()),
  };
}

async function showRunning(control: ControlClient, wanted: Wanted, show: Show): Promise<void> {
  const begunAt = Date.now();
  const first = wanted.tail === 0 ? undefined : await firstPage(control.searchLogs, wanted);
  await refuseUnknown(control, wanted, first);
  let last = wanted.since ?? begunAt - 1;
  const seen: Show = (entry) => {
    last = Math.max(last, entry.at);
    show(entry);
  };
  if (first && !first.onDisk && !wanted.isQuery) {
    const { serverNames, follow, tail } = wanted;
    for await (const entry of control.logs(serverNames, { follow, tail })) show(entry);
    return;
  }
  if (first) for await (const line of await linesOf(control, first, wanted)) seen(line);
  if (!wanted.follow) return;
  const { parseQuery } = await import('../logs/query/parse-query.ts');
  const { matcherOf } = await import('../logs/query/matcher.ts');
  const matches = matcherOf(parseQuery(wanted.query, begunAt));
  const options = { follow: true, since: last + 1 };
  for await (const entry of control.logs(wanted.serverNames, options)) if (matches(entry)) show(entry);
}

function linesOf(
  { searchLogs }: ControlClient,
  first: FoundLines,
  wanted: Wanted,
): AsyncIterable<FoundLine> | Promise<Iterable<FoundLine>> {
  const { tail, isUsual } = wanted;
  if (!first.onDisk) return newestLines(searchLogs, first, wanted);
  if (tail === undefined && !isUsual) return allLines(searchLogs, wanted);
  return newestLines(searchLogs, first, { ...wanted, tail: tail ?? USUAL_LINES });
}

/**
 * A word that finds nothing, and may be the name of a server with a typing error, is told so.
 * @throws GatewayError SERVER_UNKNOWN
 */
async function refuseUnknown(
  control: ControlClient,
  { query }: Wanted,
  first: FoundLines | undefined,
): Promise<void> {
  if (!areNames(query) || (first && first.lines.length > 0)) return;
  const known = (await control.status()).servers.map(({ serverName }) => serverName);
  const [word = ''] = query.split(' ');
  const { hint } = unknownServer(word, known);
  throw new GatewayError('SERVER_UNKNOWN', `there is no server ${word}, and no line has this word`, { hint });
}

/** Lines of the gateway that has ended. @throws `error` if there are none, or it has another reason */
async function showKept(
  words: readonly string[],
  options: LogsOptions,
  error: unknown,
  { show, typed }: { readonly show: Show; readonly typed: Typed },
): Promise<void> {
  if (!(error instanceof GatewayError) || error.code !== 'NOT_RUNNING') throw error;
  const { openOffline } = await import('./logs/offline.ts');
  const kept = await openOffline(await peekState(stackFile(options)));
  if (!kept) throw error;
  try {
    const lines = await keptLines(kept.ask, words, options);
    // Without a gateway, a name with a typing error cannot be told from a word.
    if (lines.length === 0 && words.length > 0 && words.every((word) => areNames(word))) throw error;
    printError(typed('no gateway is running for this stack (npx hive up -d); the last one wrote:'));
    for (const line of lines) show(line);
  } finally {
    kept.close();
  }
}

/** Words may be names of servers, which only a gateway knows. */
async function keptLines(
  ask: (search: LogSearch) => Promise<FoundLines>,
  words: readonly string[],
  options: LogsOptions,
): Promise<readonly FoundLine[]> {
  const isServer = async (word: string): Promise<boolean> =>
    areNames(word) && (await ask({ servers: [word], limit: 1 })).lines.length > 0;
  const known = await Promise.all(words.map(async (word) => ((await isServer(word)) ? [word] : [])));
  const wanted = wantedOf(words, known.flat(), options);
  return wanted.tail === 0 ? [] : newestLines(ask, await firstPage(ask, wanted), wanted);
}

/** @throws GatewayError USAGE */
async function checkOptions({ tail, since, until, grep }: LogsOptions): Promise<void> {
  readTail(tail);
  readSince(since, 0);
  readSince(until, 0);
  if (grep !== undefined) (await import('../linear-pattern.ts')).linearPattern(grep);
}

/** @throws GatewayError USAGE */
function readTail(tail: string | undefined): number | undefined {
  if (tail === undefined || tail === 'all') return undefined;
  if (/^\d{1,9}$/.test(tail)) return Number(tail);
  throw new GatewayError('USAGE', `not a number of lines: ${tail}`, { hint: 'write -n 100' });
}

/** Unix milliseconds. @throws GatewayError USAGE */
export function readSince(since: string | undefined, now: number): number | undefined {
  if (since === undefined) return undefined;
  const at = readTime(since, now);
  if (at !== undefined) return at;
  throw new GatewayError('USAGE', `not a time: ${since}`, {
    hint: 'write --since 10m, or --since 2026-11-28T10:00',
  });
}

/** Paints the name of a server, each in a colour of its own. */
type NamePainter = (serverName: string) => Painted;

const NAME_COLOURS = ['cyan', 'magenta', 'green', 'blue', 'yellow', 'white'] as const;

export function createPainter(): NamePainter {
  const colours = new Map<string, (typeof NAME_COLOURS)[number]>();
  return (serverName) => {
    const next = NAME_COLOURS[colours.size % NAME_COLOURS.length] ?? 'white';
    const colour = colours.get(serverName) ?? next;
    colours.set(serverName, colour);
    return paint(colour, serverName);
  };
}

interface Rendering {
  readonly painter: NamePainter;
  readonly typed: Typed;
}

/** Each line begins with date, time (UTC) and the name of the server, so that it can be searched for. */
export function renderEntry(entry: LogEntry, { painter, typed }: Rendering): Painted {
  const { serverName, stream, text } = entry;
  const name = painter(serverName);
  const time = new Date(entry.at).toISOString().replace('T', ' ').replace('Z', '');
  const shown = stream === 'hive' ? typed(text) : text;
  return lines(
    shown
      .split(/\r?\n/)
      .map((line) => joined(`${time} `, name, paint(COLOUR[stream], ` ${stream.padEnd(6)} ${line}`))),
  );
}
