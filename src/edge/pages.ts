/** Pages over plain GET: health, readiness, and how to use the endpoint. */
import type { GatewayStatus, ServerStatus, Trouble } from '../model/status.ts';

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

/** Help for a browser or curl. */
export function helpText(url: string, { stack, servers }: GatewayStatus): string {
  const width = Math.max(0, ...servers.map(({ serverName }) => serverName.length));
  const lines = servers.map(
    ({ serverName, state, reason }) =>
      `  ${serverName.padEnd(width)}  ${state}${reason ? `: ${reason}` : ''}  ${url}/${serverName}`,
  );
  return `This is Hive, serving the stack "${stack}" over MCP (Model Context Protocol), streamable HTTP.
Point an MCP client at it:

  { "mcpServers": { "hive": { "type": "http", "url": "${url}" } } }

Servers behind it, each also at a URL of its own:
${lines.join('\n') || '  none'}

By hand: npx @modelcontextprotocol/inspector --cli ${url} --transport http --method tools/list
`;
}

/** The error for `/mcp/NAME` without such a server. */
export function unknownServer(serverName: string, { servers }: GatewayStatus): string {
  const known = servers.map((server) => server.serverName).join(', ');
  return `there is no server ${serverName}; known: ${known || 'none'}`;
}
