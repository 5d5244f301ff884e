/** `server_logs`: the log of one server, page by page. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';
import { lineText, logLine, logPage, STREAMS, searchPage } from './log-page.ts';

const input = z.strictObject({
  server: z.string().describe('name as in server_list'),
  limit: z.int().min(1).max(500).default(50),
  after: z.string().optional().describe('`next` or `older` of an earlier result'),
  stream: z.enum(STREAMS).optional().describe('noise: stdout that is not MCP; hive: notes of Hive'),
  query: z.string().optional().describe('words, "phrase", -not, level>=error, /regex/'),
});

/** A place in memory, as it is told without a search. */
const AFTER = /^\d+-\d+$/;

const output = z.object({
  server: z.string(),
  lines: z.array(logLine).describe('oldest first'),
  next: z.string().optional().describe('pass as `after` to continue'),
  more: z.boolean(),
  older: z.string().optional(),
  partial: z.string().optional(),
});

export const serverLogs = (source: GatewaySource): Operation =>
  operation({
    name: 'server_logs',
    title: 'Read a server’s log',
    summary: 'Reads or searches a server’s log: its stderr, stray stdout, notes of the gateway.',
    effect: 'read',
    input,
    output,
    async run({ server, query, ...page }, { caller }) {
      const view = viewFor(source, caller);
      const { after } = page;
      if (query !== undefined || (after !== undefined && !AFTER.test(after))) {
        const { serverName } = view.server(server);
        const wanted = [query ?? '', ...(page.stream ? [`stream:${page.stream}`] : [])].join(' ');
        const search = { query: wanted, servers: [serverName], limit: page.limit, cursor: after };
        return { server, ...searchPage(await source.searchLogs(search), view.redact) };
      }
      const { lines, ...rest } = logPage(view.log(server), page, view.redact);
      return { server, lines: [...lines], ...rest };
    },
    text({ server, lines, next, more, older, partial }) {
      const notes = [
        ...(partial ? [partial] : []),
        ...(older ? [`older: pass after=${older}`] : []),
        ...(more ? [`more: pass after=${next}`] : []),
      ];
      return [...(lines.length > 0 ? lines.map(lineText) : [emptyLog(server, next)]), ...notes].join('\n');
    },
  });

function emptyLog(server: string, next: string | undefined): string {
  if (next?.includes(':')) return `no line of ${server} is found`;
  return `the log of ${server} has no ${next ? 'further ' : ''}lines`;
}
