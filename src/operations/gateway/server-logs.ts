/** `server_logs`: what one server wrote, a page at a time. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';
import { lineText, logLine, logPage, STREAMS } from './log-page.ts';

const input = z.strictObject({
  server: z.string().describe('name as in server_list'),
  limit: z.int().min(1).max(500).default(50).describe('lines'),
  after: z
    .string()
    .regex(/^\d+-\d+$/)
    .optional()
    .describe('`next` of an earlier answer: only what was written since'),
  stream: z
    .enum(STREAMS)
    .optional()
    .describe('`stderr`; `noise`: stdout that was no MCP message; `hive`: what the gateway says about it'),
});

const output = z.object({
  server: z.string(),
  lines: z.array(logLine).describe('oldest first'),
  next: z.string().optional().describe('pass as `after` to read on'),
  more: z.boolean().describe('more lines can be read with `after` now'),
});

export const serverLogs = (source: GatewaySource): Operation =>
  operation({
    name: 'server_logs',
    title: 'Read a server’s log',
    summary:
      'Reads the newest lines that a server wrote to stderr or by mistake to stdout, and what the gateway says about it.',
    effect: 'read',
    input,
    output,
    run({ server, ...query }, { caller }) {
      const view = viewFor(source, caller);
      const { lines, ...rest } = logPage(view.log(server), query, view.redact);
      return { server, lines: [...lines], ...rest };
    },
    text({ server, lines, next, more }) {
      if (lines.length === 0) return `${server} has written nothing${next ? ' since' : ''}`;
      return [...lines.map(lineText), ...(more ? [`more: pass after=${next}`] : [])].join('\n');
    },
  });
