/** Pages over plain GET: health, readiness, and how to use the endpoint. */

import type { GatewayStatus, ServerStatus, Trouble } from '../model/status.ts';
import { cutEnd } from '../model/text/cut.ts';
import { viewNameOf } from '../model/text/grammar.ts';
import { suggest } from '../model/text/suggest.ts';

export interface Page {
  readonly status: number;
  readonly body: object;
}

/** The gateway's own health. `isKnown` adds the state of its servers, for readers who may know it. */
export function healthPage(
  { stack, file, pid, engine, sessions, troubles, servers }: GatewayStatus,
  isKnown: boolean,
): Page {
  if (!isKnown) return { status: 200, body: { status: 'ok', name: 'hive' } };
  return {
    status: 200,
    body: {
      status: 'ok',
      name: 'hive',
      stack,
      file,
      pid,
      engine,
      sessions,
      troubles: troubles.map(dated),
      servers: servers.map(summary),
    },
  };
}

/** 200 once every server is ready or has failed for good, lazy ones excepted: those start with a call. */
export function readyPage({ servers }: GatewayStatus, isKnown: boolean): Page {
  const awaited = servers.filter(({ state, lazy }) => state === 'pending' || (state === 'starting' && !lazy));
  return {
    status: awaited.length === 0 ? 200 : 503,
    body: { ready: awaited.length === 0, ...(isKnown ? { waitingFor: awaited.map(summary) } : {}) },
  };
}

const dated = (trouble: Trouble): object => ({ ...trouble, since: new Date(trouble.since).toISOString() });

function summary({ serverName, type, state, detail, reason, hint, since, counts }: ServerStatus): object {
  return { serverName, type, state, detail, reason, hint, since: new Date(since).toISOString(), counts };
}

/** Help for curl. @param url of `/mcp` @param viewName of the view whose address was asked for */
export function helpText(url: string, { stack, servers }: GatewayStatus, viewName?: string): string {
  const own = viewName === undefined ? url : `${url}?view=${encodeURIComponent(viewName)}`;
  const width = Math.max(0, ...servers.map(({ serverName }) => serverName.length));
  const lines = servers.map(
    ({ serverName, state, reason }) =>
      `  ${serverName.padEnd(width)}  ${state}${reason ? `: ${reason}` : ''}  ${url}/${serverName}`,
  );
  return `This is Hive, serving the stack "${stack}" over MCP (Model Context Protocol), streamable HTTP.
Point an MCP client at it:

  { "mcpServers": { "hive": { "type": "http", "url": "${own}" } } }

Servers behind it, each also at a URL of its own:
${lines.join('\n') || '  none'}

By hand: npx @modelcontextprotocol/inspector --cli ${own} --transport http --method tools/list
`;
}

/** Characters of a name that an error repeats. */
const MAX_NAME = 100;

/** The error for `/mcp/NAME` without such a server, and for `/mcp?view=NAME` without such a view. */
export function unknownScope(scope: string, { servers }: GatewayStatus, views: readonly string[]): string {
  const viewName = viewNameOf(scope);
  const known = viewName === undefined ? servers.map(({ serverName }) => serverName) : views;
  const near = suggest(viewName ?? scope, known);
  const what = viewName === undefined ? `server ${scope}` : `view ${cutEnd(viewName, MAX_NAME)}`;
  const hint = near === undefined ? '' : `; did you mean ${near}?`;
  return `there is no ${what}; known: ${known.join(', ') || 'none'}${hint}`;
}
