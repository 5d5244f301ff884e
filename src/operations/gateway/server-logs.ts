/** `server_logs`: the log of one server, page by page. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';
import { lineText, logLine, logPage, STREAMS, searchPage } from './log-page.ts';

const input = z.strictObject({
  server: z.string().describe('name as in server_list'),
  limit: z.int().min(1).max(500).default(50).describe('lines'),
  after: z
    .string()
    .regex(/^\d+-\d+$/)
    .optional()
    .describe('`next` of an earlier result: read only lines after it'),
  stream: z.enum(STREAMS).optional().describe('noise: output on stdout that is not MCP; hive: notes of Hive'),
  query: z
    .string()
    .max(2_000)
    .optional()
    .describe('search the whole log: words, "phrase", -not, level>=warning, since:2h, /regex/, field=value'),
  cursor: z.string().optional().describe('`older` or `newer` of an earlier search'),
});

const output = z.object({
  server: z.string(),
  lines: z.array(logLine).describe('oldest first'),
  next: z.string().optional().describe('pass as `after` to continue'),
  more: z.boolean().describe('true if more lines follow already'),
  older: z.string().optional().describe('of a search: pass as `cursor` for older lines'),
  newer: z.string().optional().describe('of a search: pass as `cursor` for newer lines'),
  partial: z.string().optional().describe('how far a search came that took too long'),
});

export const serverLogs = (source: GatewaySource): Operation =>
  operation({
    name: 'server_logs',
    title: 'Read a server’s log',
    summary: 'Reads the end of a server’s log: its stderr, stray output on stdout, and notes of the gateway.',
    effect: 'read',
    input,
    output,
    async run({ server, query: text, cursor, ...query }, { caller }) {
      const view = viewFor(source, caller);
      if (text !== undefined || cursor !== undefined) {
        const { serverName } = view.server(server);
        const { limit, stream } = query;
        const wanted = stream === undefined ? (text ?? '') : `${text ?? ''} stream:${stream}`;
        const search = { query: wanted, servers: [serverName], limit, cursor };
        return { server, ...searchPage(await source.searchLogs(search), view.redact) };
      }
      const { lines, ...rest } = logPage(view.log(server), query, view.redact);
      return { server, lines: [...lines], ...rest };
    },
    text({ server, lines, next, more, older, newer, partial }) {
      const notes = [
        ...(partial ? [partial] : []),
        ...(older ? [`older: pass cursor=${older}`] : []),
        ...(more ? [`more: pass ${newer ? `cursor=${newer}` : `after=${next}`}`] : []),
      ];
      if (lines.length > 0) return [...lines.map(lineText), ...notes].join('\n');
      const none = newer
        ? `no line of ${server} is found`
        : `the log of ${server} has no ${next ? 'further ' : ''}lines`;
      return [none, ...notes].join('\n');
    },
  });
