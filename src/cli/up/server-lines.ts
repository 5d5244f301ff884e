import { styleText } from 'node:util';
import { shortPath } from '../../config/source/diagnostics.ts';
import type { ServerStatus } from '../../model/status.ts';

const COLOUR = { ready: 'green', idle: 'green', failed: 'red', unavailable: 'yellow' } as const;

/**
 * How one server is, for people: `box  ready     3 tools`, or `box  failed    CODE: reason` with the place, what happens next
 * and the fix on lines of their own.
 *
 * @param width to which names are padded
 */
export function describeServer(server: ServerStatus, width = 0): string {
  const { serverName, state, detail, reason } = server;
  const head = `${serverName.padEnd(width)}  ${paint(state)}`;
  if (state === 'ready' || state === 'idle')
    return [`${head}  ${offers(server)}`, ...(reason ? failure(server) : [])].join('\n');
  if (reason === undefined) return detail ? `${head}  ${detail}` : head;
  const [first = '', ...more] = failure(server);
  return [`${head}  ${first.trimStart()}`, ...more].join('\n');
}

function paint(state: ServerStatus['state']): string {
  const colour = state in COLOUR ? COLOUR[state as keyof typeof COLOUR] : 'dim';
  return styleText(colour, state.padEnd(8), { stream: process.stdout });
}

/** `CODE: reason`, then place, what happens next, and the fix; all but the first line are indented below a server's line. */
export function failure({ code, reason = '', detail, hint, place }: ServerStatus): string[] {
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

function offers({ counts, detail }: ServerStatus): string {
  const parts = [
    counted(counts.tools, 'tool'),
    counted(counts.resources + counts.templates, 'resource'),
    counted(counts.prompts, 'prompt'),
  ].filter((part) => !part.startsWith('0 '));
  return `${parts.join(', ') || 'offers nothing'}${detail ? ` (${detail})` : ''}`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
