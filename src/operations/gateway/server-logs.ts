/** `server_logs`: the log of one server, page by page. */
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
    .describe('`next` of an earlier result: read only lines after it'),
  stream: z
    .enum(STREAMS)
    .optional()
    .describe('noise: output on stdout that is not MCP; hive: notes of the gateway'),
});

const output = z.object({
  server: z.string(),
  lines: z.array(logLine).describe('oldest first'),
  next: z.string().optional().describe('pass as `after` to continue'),
  more: z.boolean().describe('true if more lines follow already'),
});

export const serverLogs = (source: GatewaySource): Operation =>
  operation({
    name: 'server_logs',
    title: 'Read a server’s log',
    summary: 'Reads the end of a server’s log: its stderr, stray output on stdout, and notes of the gateway.',
    effect: 'read',
    input,
    output,
    run({ server, ...query }, { caller }) {
      const view = viewFor(source, caller);
      const { lines, ...rest } = logPage(view.log(server), query, view.redact);
      return { server, lines: [...lines], ...rest };
    },
    text({ server, lines, next, more }) {
      if (lines.length === 0) return `the log of ${server} has no ${next ? 'further ' : ''}lines`;
      return [...lines.map(lineText), ...(more ? [`more: pass after=${next}`] : [])].join('\n');
    },
  });
