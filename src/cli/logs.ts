/** `hive logs`: prints what servers wrote. */
import { durationMs, isDuration } from '../config/parse/units.ts';
import { GatewayError } from '../errors.ts';
import type { LogEntry } from '../model/status.ts';
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
  readonly json?: boolean;
}

const COLOUR = { stderr: 'white', noise: 'yellow', hive: 'cyan' } as const;

/** @param serverNames empty: all @throws GatewayError USAGE, SERVER_UNKNOWN, NOT_RUNNING */
export async function logs(serverNames: readonly string[], options: LogsOptions): Promise<void> {
  const wanted = {
    follow: options.follow ?? false,
    tail: readTail(options.tail),
    since: readSince(options.since, Date.now()),
  };
  const typed = typedFor(options.config);
  const painter = createPainter();
  const show = (entry: LogEntry): void => {
    if (options.json) printJson(entry);
    else print(renderEntry(entry, { now: Date.now(), painter, typed }));
  };
  const control = await controlOf(options).catch(async (error: unknown) => {
    const kept = await keptLogs(serverNames, wanted, options, error);
    printError(typed('no gateway is running for this stack (npx hive up -d); the last one wrote:'));
    for (const entry of kept) show(entry);
  });
  if (!control) return;
  try {
    for await (const entry of control.logs(serverNames, wanted)) show(entry);
  } finally {
    await control.close();
  }
}

/** Those of the gateway that has ended. @throws `error` if there are none, or it has another reason */
async function keptLogs(
  serverNames: readonly string[],
  { tail, since = 0 }: { readonly tail: number | undefined; readonly since: number | undefined },
  options: ConfigOption,
  error: unknown,
): Promise<readonly LogEntry[]> {
  if (!(error instanceof GatewayError) || error.code !== 'NOT_RUNNING') throw error;
  const state = await peekState(stackFile(options));
  const kept = await (await import('./stack/kept-logs.ts')).readKeptLogs(state);
  const isWanted = (it: LogEntry): boolean => serverNames.length === 0 || serverNames.includes(it.serverName);
  const entries = kept.filter((it) => isWanted(it) && it.at >= since);
  if (entries.length === 0) throw error;
  return tail === undefined ? entries : entries.slice(Math.max(0, entries.length - tail));
}

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
  /** Unix milliseconds: entries of other days have their date. */
  readonly now: number;
  readonly painter: NamePainter;
  readonly typed: Typed;
}

/** Each line of an entry begins with the time and the name of its server, so that it can be searched for. */
export function renderEntry(entry: LogEntry, { now, painter, typed }: Rendering): Painted {
  const { serverName, stream, text } = entry;
  const name = painter(serverName);
  const time = timeOf(entry.at, now);
  const shown = stream === 'hive' ? typed(text) : text;
  return lines(
    shown
      .split(/\r?\n/)
      .map((line) => joined(`${time} `, name, paint(COLOUR[stream], ` ${stream.padEnd(6)} ${line}`))),
  );
}

/** UTC. */
function timeOf(at: number, now: number): string {
  const iso = new Date(at).toISOString();
  const day = iso.slice(0, 10);
  const time = iso.slice(11, 23);
  return day === new Date(now).toISOString().slice(0, 10) ? time : `${day} ${time}`;
}
