/** `call_list`: the newest requests to servers, without their arguments and results. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { OUTCOMES } from '../../model/watch/call-record.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';

const input = z.strictObject({
  server: z.string().optional().describe('only calls to this server'),
  tool: z.string().optional().describe('only calls of this tool, prompt or resource'),
  outcome: z
    .enum([...OUTCOMES, 'failed'])
    .optional()
    .describe('failed: all but ok'),
  after: z.int().min(0).optional().describe('`next` of an earlier result: only calls that ended since'),
  limit: z.int().min(1).max(4_096).default(50),
});

const call = z.object({
  seq: z.int().min(1).describe('in the order in which calls ended'),
  at: z.iso.datetime(),
  ms: z.number().min(0),
  client: z.string().describe('its own name for itself'),
  principal: z.string().describe('who was authenticated'),
  era: z.enum(['legacy', 'modern']),
  server: z.string(),
  method: z.string(),
  target: z.string().describe('tool, prompt or listed resource'),
  bytesIn: z.int().min(0),
  bytesOut: z.int().min(0),
  outcome: z.enum(OUTCOMES),
  code: z.number().optional().describe('of a JSON-RPC error'),
});

const output = z.object({
  calls: z.array(call).describe('oldest first'),
  next: z.int().min(0).describe('pass as `after` to continue'),
  more: z.boolean().describe('further calls follow already'),
});

export const callList = (source: GatewaySource): Operation =>
  operation({
    name: 'call_list',
    title: 'List calls',
    summary: 'Lists the newest requests to servers with duration, size and outcome, without their contents.',
    effect: 'read',
    input,
    output,
    run({ server, tool, outcome, after, limit }, { caller }) {
      const view = viewFor(source, caller);
      const servers = server === undefined ? [] : [view.server(server).serverName];
      const all = view.calls({ servers, tool, outcome }).filter(({ seq }) => seq > (after ?? 0));
      const calls = after === undefined ? all.slice(-limit) : all.slice(0, limit);
      const next = calls.at(-1)?.seq ?? after ?? 0;
      return {
        calls: calls.map((it) => ({ ...it, at: new Date(it.at).toISOString() })),
        next,
        more: after !== undefined && calls.length < all.length,
      };
    },
    text({ calls, next, more }) {
      if (calls.length === 0) return 'no such call is kept';
      return [...calls.map(lineOf), ...(more ? [`more: pass after=${next}`] : [])].join('\n');
    },
  });

const lineOf = ({ at, client, server, method, target, ms, outcome, code }: z.output<typeof call>): string => {
  const what = [at, client || '-', server, method, target].filter((it) => it !== '').join(' ');
  return `${what}: ${outcome}${code === undefined ? '' : ` ${code}`}, ${ms.toFixed(1)} ms`;
};
