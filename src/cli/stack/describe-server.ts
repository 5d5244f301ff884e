/** A server's status in words, for terminals. */
import { shortPath } from '../../config/source/diagnostics.ts';
import { LIST_NOUN } from '../../model/catalog.ts';
import { isUp, type ServerStatus } from '../../model/status.ts';
import { type CaptureState, capturedWhat } from '../../model/watch/capture.ts';
import { joined, lines, type Painted, paint } from '../terminal/print.ts';

const COLOUR = {
  ready: 'green',
  idle: 'green',
  failed: 'red',
  unavailable: 'yellow',
  unhealthy: 'yellow',
} as const;

/**
 * `box  ready     3 tools`, or `box  failed    CODE: reason` with the place, what happens next and the fix on
 * lines of their own.
 *
 * @param width to which names are padded
 */
export function describeServer(server: ServerStatus, width = 0): Painted {
  const { serverName, state, detail, reason } = server;
  const head = joined(`${serverName.padEnd(width)}  `, paintState(state.padEnd(8)));
  if (isUp(state))
    return lines([
      joined(head, `  ${describeCounts(server)}`),
      ...(reason ? describeFailure({ ...server, detail: '' }) : []),
    ]);
  if (reason === undefined) return detail ? joined(head, `  ${detail}`) : head;
  const [first = '', ...more] = describeFailure(server);
  return lines([joined(head, `  ${first.trimStart()}`), ...more]);
}

/** @param word a state, perhaps with blanks after it */
export function paintState(word: string): Painted {
  const state = word.trimEnd();
  return paint(Object.hasOwn(COLOUR, state) ? COLOUR[state as keyof typeof COLOUR] : 'dim', word);
}

/**
 * Lines that stand below a server's line, indented: `CODE: reason`, the place, what happens next, the fix.
 */
export function describeFailure({ code, reason = '', detail, hint, place }: ServerStatus): string[] {
  return [
    `${code ?? 'INTERNAL'}: ${reason}`,
    ...(place ? [`at ${shortPath(place.path, process.cwd())}:${place.line}`] : []),
    ...(detail ? [detail] : []),
    ...(hint ? [`fix: ${hint}`] : []),
  ]
    .flatMap((part) => part.split('\n'))
    .filter((line) => line.trim() !== '')
    .map((line) => `    ${line.trimEnd()}`);
}

function describeCounts(server: ServerStatus): string {
  const { counts, detail } = server;
  const parts = [
    counted(counts.tools, 'tool'),
    counted(counts.resources, 'resource'),
    counted(counts.templates, 'resource template'),
    counted(counts.prompts, 'prompt'),
  ].filter((part) => !part.startsWith('0 '));
  return `${parts.join(', ') || describeNothing(server)}${detail ? ` (${detail})` : ''}`;
}

/** `offers nothing`, and why, as far as that is known. */
export const describeNothing = ({ whyNothing }: ServerStatus): string =>
  whyNothing === undefined ? 'offers nothing' : `offers nothing: ${whyNothing}`;

/** True if clients see nothing at all of the server. */
export const isEmpty = ({ counts }: ServerStatus): boolean =>
  counts.tools + counts.resources + counts.templates + counts.prompts === 0;

/** Longest list of names in one line. */
const MAX_NAMES = 5;

/** Flaws that are shown of one server. */
const MAX_FLAWS = 5;

/** A sentence about the definitions that clients could not have read, then a line for each of the first. */
export function describeFlaws({ serverName, flaws }: ServerStatus): string[] {
  if (flaws === undefined) return [];
  const { mended, leftOut, named } = flaws;
  const parts = [
    ...(mended > 0 ? [`${counted(mended, 'definition')} mended`] : []),
    ...(leftOut > 0 ? [`${counted(leftOut, 'definition')} left out`] : []),
  ];
  return [
    `${parts.join(' and ')}, which clients could not have read: npx hive logs ${serverName}`,
    ...named
      .slice(0, MAX_FLAWS)
      .map(
        ({ list, name, what, isLeftOut }) =>
          `    ${LIST_NOUN[list]} ${name}${isLeftOut ? ' is left out' : ''}: ${what}`,
      ),
  ];
}

/** A line about tools that are not as they were when the gateway last ran. */
export function describeChanged({ serverName, changed = [] }: ServerStatus): string[] {
  if (changed.length === 0) return [];
  const more = changed.length > MAX_NAMES ? ` and ${changed.length - MAX_NAMES} more` : '';
  const names = `${changed.slice(0, MAX_NAMES).join(', ')}${more}`;
  return [`new or changed since it last ran: ${names}; look at them: npx hive logs ${serverName}`];
}

/** A line about tools that are hidden since nobody says that they only read. */
export function describeHidden({ serverName, counts }: ServerStatus): string[] {
  if (!counts.hidden) return [];
  const why = 'does not say that they only read';
  return [`\`tools.readOnly\` hides ${counted(counts.hidden, 'tool')} of ${serverName}, which ${why}`];
}

/** `1 tool`, `2 tools`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** One line about the labelled containers that the file does not let in. */
export function describeKeptOut(names: readonly string[]): string {
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : '';
  const list = `${names.slice(0, MAX_NAMES).join(', ')}${more}`;
  const what = `${counted(names.length, 'container')} with MCP labels`;
  return `not let in: ${what} (${list}); see \`gateway.discover\``;
}

/** One line about the servers that the file does not declare; undefined if there are none. */
export function describeDiscovered(servers: readonly ServerStatus[]): string | undefined {
  const names = servers.filter(({ type }) => type === 'discovered').map(({ serverName }) => serverName);
  return names.length === 0
    ? undefined
    : `${names.join(', ')} (in no config file: let in by gateway.discover)`;
}

/** What a capture keeps, and until when. */
export const describeCapture = (capture: CaptureState): string =>
  `${capturedWhat(capture)} are kept until ${new Date(capture.until).toISOString().replace(/\.\d+/, '')}`;
