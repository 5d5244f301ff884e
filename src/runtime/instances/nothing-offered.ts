/** Why clients see nothing of a server that serves, as far as that is known. */
import type { Listing } from '../../model/catalog.ts';
import { isUp, type LogEntry, type ServerStatus } from '../../model/status.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { oneLine } from '../../model/text/visible.ts';
import { causesIn } from '../upstream/output/excerpt.ts';
import { withoutFrames } from '../upstream/output/stack-frames.ts';

/** How far back lines count: earlier ones are of calls, or of an earlier process. */
const LAST_LINES = 40;
const MAX_LINE_CHARACTERS = 300;

/**
 * Words to follow `offers nothing`: `its filters hide all of its 3 tools`, `it wrote: No token is set`.
 * Undefined for a server that offers something, does not serve, or has said nothing.
 * @param logOf the log of the server, oldest entry first
 */
export function whyNothing(
  { state, counts }: Pick<ServerStatus, 'state' | 'counts'>,
  listing: () => Listing | undefined,
  logOf: () => readonly LogEntry[],
): string | undefined {
  if (!isUp(state)) return undefined;
  if (counts.tools + counts.resources + counts.templates + counts.prompts > 0) return undefined;
  const hidden = listing()?.inventory.tools.length ?? 0;
  if (hidden > 0) return `its filters hide ${hidden === 1 ? 'its only tool' : `all of its ${hidden} tools`}`;
  const line = lineWithCause(logOf());
  return line && `it wrote: ${cutEnd(oneLine(line).trim(), MAX_LINE_CHARACTERS)}`;
}

function lineWithCause(log: readonly LogEntry[]): string | undefined {
  const lines = log.flatMap(({ stream, text }) => (stream === 'stderr' && text.trim() !== '' ? [text] : []));
  const last = withoutFrames(lines.slice(-LAST_LINES));
  return causesIn(last).at(-1) ?? last.at(-1);
}
