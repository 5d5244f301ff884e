/** `server_show`: one server in detail, with the end of its log. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { foldAttempts, withoutQuote } from './fold-attempts.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';
import { lineText, logLine, logPage } from './log-page.ts';
import { explain, isProblem, serverRow, toRow } from './server-row.ts';

/** Lines of the log in the result. */
const LOG_LINES = 20;

const input = z.strictObject({ server: z.string().describe('name as in server_list') });

const output = z.object({
  ...serverRow.shape,
  declared: z.string().optional().describe('FILE:LINE of its entry, or of the problem in it'),
  container: z.string().optional(),
  pid: z.int().optional(),
  noise: z.int().min(0).describe('lines on stdout that were not MCP'),
  log: z.array(logLine).describe('its last lines'),
});

export const serverShow = (source: GatewaySource): Operation =>
  operation({
    name: 'server_show',
    title: 'Show a server',
    summary:
      'Explains one server: why it does not work, what to do, where it is declared, the end of its log.',
    effect: 'read',
    input,
    output,
    run({ server }, { caller }) {
      const view = viewFor(source, caller);
      const status = view.server(server);
      const { place, containerId, pid, noise } = status;
      const { lines } = logPage(foldAttempts(view.log(server)), { limit: LOG_LINES }, view.redact);
      return {
        ...toRow(status),
        declared: place && `${place.path}:${place.line}`,
        container: containerId?.slice(0, 12),
        pid,
        noise: noise.lines,
        log: [...lines],
      };
    },
    text({ declared, log, ...row }) {
      const { tools, resources, prompts, restarts } = row;
      const offers = `${tools} tools, ${resources} resources, ${prompts} prompts`;
      return [
        explain(log.length > 0 && row.reason ? { ...row, reason: withoutQuote(row.reason) } : row),
        ...(isProblem(row) ? [] : [`${offers}; restarted ${restarts} times`]),
        ...(declared ? [`declared at ${declared}`] : []),
        ...(log.length > 0 ? ['last lines of its log:', ...log.map((line) => `  ${lineText(line)}`)] : []),
      ].join('\n');
    },
  });
