/** A server as the `gateway` operations show it. */
import { z } from 'zod';
import { originOf, predicateOf, type ServerState, type ServerStatus } from '../../model/status.ts';

const STATES = [
  'pending',
  'starting',
  'ready',
  'idle',
  'stopped',
  'unhealthy',
  'failed',
  'unavailable',
  'draining',
] as const satisfies readonly ServerState[];

export const serverRow = z.object({
  name: z.string(),
  type: z.string(),
  origin: z.string(),
  state: z.enum(STATES),
  since: z.iso.datetime().describe('last change of state'),
  detail: z.string().optional().describe('current activity'),
  reason: z.string().optional().describe('why it does not work'),
  code: z.string().optional().describe('stable error code'),
  hint: z.string().optional().describe('fix'),
  last: z.string().optional().describe('last note, if down without a reason'),
  link: z.string().optional().describe('how it is reached'),
  protocol: z.string().optional().describe('MCP version spoken with it'),
  tools: z.int().min(0),
  resources: z.int().min(0),
  prompts: z.int().min(0),
  restarts: z.int().min(0),
});

export type ServerRow = z.output<typeof serverRow>;

/** Drops what agents do not need: process id, container, stray output. */
export function toRow(server: ServerStatus): ServerRow {
  const { serverName, type, state, since, detail, reason, code, hint, link, protocolVersion } = server;
  const { counts, restarts } = server;
  return {
    name: serverName,
    type,
    origin: originOf(server),
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

/** True if the server needs attention, even if an older version serves while its replacement fails. */
export const isProblem = ({ state, reason }: Pick<ServerRow, 'state' | 'reason'>): boolean =>
  state === 'failed' || state === 'unavailable' || state === 'unhealthy' || reason !== undefined;

/** True if calls are answered: an idle server starts on a call, an unhealthy one may answer. */
export const serves = ({ state }: Pick<ServerRow, 'state'>): boolean =>
  state === 'ready' || state === 'idle' || state === 'unhealthy';

/** State, reason, code and fix, one per line. */
export function explain({ name, state, since, detail, reason, code, hint, last }: ServerRow): string {
  const why = reason ?? detail;
  const lines = [`${name} ${predicateOf(state)} since ${since}${why ? `: ${why}` : ''}`];
  if (reason && detail) lines.push(`  now: ${detail}`);
  if (last) lines.push(`  last: ${last}`);
  if (code) lines.push(`  code: ${code}`);
  if (hint) lines.push(`  fix: ${hint}`);
  return lines.map(indented).join('\n');
}

/** Indents all lines but the first. */
export const indented = (text: string): string => text.replaceAll('\n', '\n    ');
