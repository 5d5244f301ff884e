/** A server as the `gateway` operations show it. */
import { z } from 'zod';
import type { ServerState, ServerStatus } from '../../model/status.ts';

const STATES = [
  'pending',
  'starting',
  'ready',
  'idle',
  'unhealthy',
  'failed',
  'unavailable',
  'draining',
] as const satisfies readonly ServerState[];

export const serverRow = z.object({
  name: z.string(),
  type: z.string(),
  state: z.enum(STATES),
  since: z.iso.datetime().describe('last change of state'),
  detail: z.string().optional().describe('what is going on'),
  reason: z.string().optional().describe('why it does not work'),
  code: z.string().optional().describe('stable error code'),
  hint: z.string().optional().describe('what to do about it'),
  last: z
    .string()
    .optional()
    .describe('what the gateway said about it last, if it does not serve and has no reason'),
  link: z.string().optional().describe('how it is reached'),
  protocol: z.string().optional().describe('MCP version spoken with it'),
  tools: z.int().min(0),
  resources: z.int().min(0),
  prompts: z.int().min(0),
  restarts: z.int().min(0),
});

export type ServerRow = z.output<typeof serverRow>;

export function toRow(server: ServerStatus): ServerRow {
  const { serverName, type, state, since, detail, reason, code, hint, link, protocolVersion } = server;
  const { counts, restarts } = server;
  return {
    name: serverName,
    type,
    state,
    since: new Date(since).toISOString(),
    detail,
    reason,
    code,
    hint,
    link,
    protocol: protocolVersion,
    tools: counts.tools,
    resources: counts.resources + counts.templates,
    prompts: counts.prompts,
    restarts,
  };
}

/** True for a server that needs somebody's attention; one that serves an old version while its replacement fails, too. */
export const isProblem = ({ state, reason }: Pick<ServerRow, 'state' | 'reason'>): boolean =>
  state === 'failed' || state === 'unavailable' || state === 'unhealthy' || reason !== undefined;

export const serves = ({ state }: Pick<ServerRow, 'state'>): boolean =>
  state === 'ready' || state === 'idle' || state === 'unhealthy';

/** State, reason, code and fix, each on a line of its own. */
export function explain({ name, state, since, detail, reason, code, hint, last }: ServerRow): string {
  const why = reason ?? detail;
  const lines = [`${name} is ${state} since ${since}${why ? `: ${why}` : ''}`];
  if (reason && detail) lines.push(`  now: ${detail}`);
  if (last) lines.push(`  last: ${last}`);
  if (code) lines.push(`  code: ${code}`);
  if (hint) lines.push(`  fix: ${hint}`);
  return lines.map(indented).join('\n');
}

/** A text of several lines, each but the first further in. */
export const indented = (text: string): string => text.replaceAll('\n', '\n    ');
