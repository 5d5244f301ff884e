/** `docker_get_logs`: the log of one server, filtered, or followed for some seconds. */
import { z } from 'zod';
import { GatewayError } from '../../errors.ts';
import { linearPattern } from '../../linear-pattern.ts';
import type { Operation } from '../../model/operation.ts';
import type { LogEntry } from '../../model/status.ts';
import { waitFor } from '../../model/time/wait.ts';
import { lineText, logLine, logPage, STREAMS } from '../gateway/log-page.ts';
import { operation } from '../operation.ts';
import { type ManagerSource, shownServer } from './source.ts';
import { readTime } from './times.ts';

const input = z.strictObject({
  server_name: z.string(),
  lines: z.int().min(1).max(1000).default(50),
  since: z.string().optional().describe('2h, 10m or RFC 3339'),
  until: z.string().optional(),
  search: z.string().max(500).optional().describe('text, whatever its case'),
  regex: z.string().max(200).optional(),
  stream: z.enum(STREAMS).optional(),
  follow: z.boolean().default(false).describe('new lines as progress'),
  seconds: z.int().min(1).max(60).default(10).describe('of follow'),
  cursor: z
    .string()
    .regex(/^\d+-\d+$/)
    .optional(),
});

const output = z.looseObject({
  server_name: z.string(),
  lines: z.array(logLine),
  next_cursor: z.string().optional(),
});

type Query = z.output<typeof input>;

/** Below the gateway's own limit of a call without progress. */
const MAX_FOLLOW_MS = 50_000;

export const getLogs = (source: ManagerSource): Operation =>
  operation({
    name: 'docker_get_logs',
    title: 'Read logs',
    summary: 'Reads the log of a server: its stderr, stray output, and notes of the gateway (stream: hive).',
    effect: 'read',
    input,
    output,
    async run(query, { caller, signal, progress }) {
      const { server_name, lines: limit, cursor } = query;
      shownServer(source, caller, server_name);
      const isWanted = filterOf(query, source);
      if (query.follow)
        await follow(source, query, signal, (entry, count) => {
          if (isWanted(entry)) progress({ progress: count, message: source.redact(entry.text) });
        });
      const entries = source.history(server_name).filter(isWanted);
      const { lines, next, more } = logPage(entries, { limit, after: cursor }, source.redact);
      return { server_name, lines: [...lines], next_cursor: next, more };
    },
    text({ server_name, lines }) {
      return lines.length === 0
        ? `the log of ${server_name} has no such lines`
        : lines.map(lineText).join('\n');
    },
  });

/** @throws GatewayError USAGE */
function filterOf(query: Query, { clock, redact }: ManagerSource): (entry: LogEntry) => boolean {
  const { since, until, search, regex, stream } = query;
  const from = since === undefined ? 0 : readTime(since, clock.now());
  const to = until === undefined ? Number.POSITIVE_INFINITY : readTime(until, clock.now());
  const pattern = regex === undefined ? undefined : linearPattern(regex);
  const wanted = search?.toLowerCase();
  if (from > to) throw new GatewayError('USAGE', 'since is later than until', { hint: 'swap them' });
  return ({ at, text, stream: of }) => {
    if (at < from || at > to || (stream !== undefined && of !== stream)) return false;
    // Only what is shown can be searched for.
    const shown = redact(text);
    return (wanted === undefined || shown.toLowerCase().includes(wanted)) && (pattern?.test(shown) ?? true);
  };
}

async function follow(
  source: ManagerSource,
  { server_name, seconds }: Query,
  signal: AbortSignal,
  onEntry: (entry: LogEntry, count: number) => void,
): Promise<void> {
  let count = 0;
  const stop = source.onLog((entry) => {
    if (entry.serverName === server_name) onEntry(entry, ++count);
  });
  const ms = Math.min(seconds * 1000, MAX_FOLLOW_MS);
  try {
    await waitFor(new Promise<never>(() => {}), { clock: source.clock, ms, signal }, () => {});
  } finally {
    stop();
  }
}
