/** `hive logs`: prints what servers wrote. */
import { durationMs, isDuration } from '../config/parse/units.ts';
import { GatewayError } from '../errors.ts';
import type { LogEntry } from '../model/status.ts';
import type { ControlClient } from './stack/control-client.ts';
import { controlOf } from './stack/control-of.ts';
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
  /** A regular expression, as it was typed. */
  readonly grep?: string;
  readonly json?: boolean;
}

const COLOUR = { stderr: 'white', noise: 'yellow', hive: 'cyan' } as const;

interface Wanted {
  /** Empty: all. */
  readonly serverNames: readonly string[];
  readonly follow: boolean;
  /** Number of the newest entries to begin with; undefined: all that are kept. */
  readonly tail: number | undefined;
  /** Unix milliseconds. */
  readonly since: number | undefined;
  /** Undefined: every text. */
  readonly pattern: RegExp | undefined;
}

/** @param serverNames empty: all @throws GatewayError USAGE, SERVER_UNKNOWN, NOT_RUNNING */
export async function logs(serverNames: readonly string[], options: LogsOptions): Promise<void> {
  const wanted: Wanted = {
    serverNames,
    follow: options.follow ?? false,
    tail: readTail(options.tail),
    since: readSince(options.since, Date.now()),
    pattern: await readPattern(options.grep),
  };
  const typed = typedFor(options.config);
  const painter = createPainter();
  const shown = new Set<string>();
  const show = (entry: LogEntry): void => {
    shown.add(entry.serverName);
    if (options.json) printJson(entry);
    else print(renderEntry(entry, { painter, typed }));
  };
  const control = await controlOf(options).catch(async (error: unknown) => {
    const kept = await keptLogs(wanted, options, error);
    printError(typed('no gateway is running for this stack (npx hive up -d); the last one wrote:'));
    for (const entry of kept) show(entry);
  });
  if (!control) return;
  try {
    for await (const entry of entriesOf(control, wanted)) show(entry);
    if (isWhole(wanted))
      await explainSilence(
        control,
        serverNames.filter((it) => !shown.has(it)),
        typed,
      );
  } finally {
    await control.close();
  }
}

/** True if a server without entries has none at all. */
const isWhole = ({ follow, tail, since, pattern }: Wanted): boolean =>
  !follow && tail !== 0 && since === undefined && pattern === undefined;

async function explainSilence(
  control: Pick<ControlClient, 'status'>,
  silent: readonly string[],
  typed: Typed,
): Promise<void> {
  if (silent.length === 0) return;
  const { describeSilent } = await import('./stack/silent-servers.ts');
  const { servers } = await control.status();
  for (const server of servers)
    if (silent.includes(server.serverName)) printError(typed(describeSilent(server)));
}

/** `--grep` counts matches, so the gateway's own `tail` cannot be used with it. */
async function* entriesOf(control: Pick<ControlClient, 'logs'>, wanted: Wanted): AsyncIterable<LogEntry> {
  const { serverNames, follow, tail, since, pattern } = wanted;
  if (!pattern || tail === undefined) {
    for await (const entry of control.logs(serverNames, { follow, tail, since }))
      if (isMatch(entry, pattern)) yield entry;
    return;
  }
  let last = since ?? 0;
  const found: LogEntry[] = [];
  for await (const entry of control.logs(serverNames, { since })) {
    last = Math.max(last, entry.at);
    if (isMatch(entry, pattern)) found.push(entry);
  }
  yield* lastOf(found, tail);
  if (follow) yield* entriesOf(control, { ...wanted, tail: undefined, since: last + 1 });
}

const isMatch = ({ text }: LogEntry, pattern: RegExp | undefined): boolean =>
  !pattern || text.split('\n').some((line) => pattern.test(line));

const lastOf = (entries: readonly LogEntry[], count: number | undefined): readonly LogEntry[] =>
  count === undefined ? entries : entries.slice(Math.max(0, entries.length - count));

/** Those of the gateway that has ended. @throws `error` if there are none, or it has another reason */
async function keptLogs(
  { serverNames, tail, since = 0, pattern }: Wanted,
  options: ConfigOption,
  error: unknown,
): Promise<readonly LogEntry[]> {
  if (!(error instanceof GatewayError) || error.code !== 'NOT_RUNNING') throw error;
  const state = await peekState(stackFile(options));
  const kept = await (await import('./stack/kept-logs.ts')).readKeptLogs(state);
  const isWanted = (it: LogEntry): boolean => serverNames.length === 0 || serverNames.includes(it.serverName);
  const entries = kept.filter((it) => isWanted(it) && it.at >= since);
  if (entries.length === 0) throw error;
  return lastOf(
    entries.filter((it) => isMatch(it, pattern)),
    tail,
  );
}

/** @throws GatewayError USAGE */
const readPattern = async (grep: string | undefined): Promise<RegExp | undefined> =>
  grep === undefined ? undefined : (await import('../linear-pattern.ts')).linearPattern(grep);

/** @throws GatewayError USAGE */
function readTail(tail: string | undefined): number | undefined {
  if (tail === undefined || tail === 'all') return undefined;
  if (/^\d{1,9}$/.test(tail)) return Number(tail);
  throw new GatewayError('USAGE', `not a number of entries: ${tail}`, { hint: 'write -n 100' });
}

/** A date, or a date and time. Without a zone it is UTC, as times are printed. */
const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** Unix milliseconds. @throws GatewayError USAGE */
export function readSince(since: string | undefined, now: number): number | undefined {
  if (since === undefined) return undefined;
  if (isDuration(since)) return now - durationMs(since);
  const [match, zone] = TIME.exec(since) ?? [];
  const isLocal = match !== undefined && match.length > 10 && zone === undefined;
  const at = match === undefined ? Number.NaN : Date.parse(`${match.replace(' ', 'T')}${isLocal ? 'Z' : ''}`);
  if (!Number.isNaN(at)) return at;
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
