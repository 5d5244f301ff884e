/** Files of clients that map names to servers: VS Code, Cursor, Claude, Gemini, Kiro and many more. */
import { inputsOf, type Keys } from '../../config/foreign/keys.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { type ForeignServer, type Format, serversIn, serversNamed } from '../foreign/foreign.ts';

/** Keys that hold the servers, in the order in which they are looked for. */
const SERVER_KEYS = ['mcpServers', 'servers', 'mcp.servers', 'amp.mcpServers', 'mcp-servers'] as const;

/** Top-level keys that are about the file itself. */
const SILENT = new Set(['$schema', 'inputs', 'version', ...SERVER_KEYS]);

/** Clients whose timeouts are milliseconds, by a part of their path. */
const IN_MS = /[/\\]\.?(gemini|qwen|librechat)\b/;
const IN_SECONDS = /[/\\](\.roo|\.cline|[^/\\]*(roo-cline|claude-dev))[/\\]/;

export const clients: Format = {
  name: 'MCP client',
  read(data, path) {
    const servers = [...serversOf(data), ...projectServers(data)];
    if (servers.length === 0 && !SERVER_KEYS.some((key) => key in data)) return undefined;
    const others = Object.keys(data).filter((key) => !SILENT.has(key));
    return {
      servers,
      inputs: inputsOf(data.inputs),
      notes: others.length > 0 ? [`left out, since the keys are about the client: ${others.join(', ')}`] : [],
      ...unitBy(path),
    };
  },
};

/** Settings of an editor that hold the file of a client under `mcp`, or under `settings` in a workspace. */
export const editorSettings: Format = {
  name: 'editor settings',
  read(data, path) {
    for (const inner of [data.mcp, data.settings]) {
      if (!isRecord(inner) || !('servers' in inner || 'mcp' in inner || 'mcp.servers' in inner)) continue;
      return editorSettings.read(inner, path) ?? clients.read(inner, path);
    }
    return undefined;
  },
};

/** A map of servers without a key above it. */
export const bareMap: Format = {
  name: 'map of servers',
  read(data) {
    const servers = serversIn(data);
    const isServer = ({ keys }: ForeignServer) => 'command' in keys || 'url' in keys || 'serverUrl' in keys;
    return servers.length > 0 && servers.every(isServer) ? { servers } : undefined;
  },
};

function serversOf(data: Keys): ForeignServer[] {
  const found = SERVER_KEYS.map((key) => data[key]).find((value) => value !== undefined);
  return Array.isArray(found) ? serversNamed(found).map(continueKeys) : serversIn(found);
}

/** Claude Code keeps the servers of each project in the user's own file. */
function projectServers({ projects }: Keys): ForeignServer[] {
  if (!isRecord(projects)) return [];
  return Object.entries(projects).flatMap(([path, project]) =>
    isRecord(project) ? serversIn(project.mcpServers).map((server) => ({ ...server, project: path })) : [],
  );
}

/** Continue has the headers below `requestOptions`. */
function continueKeys({ name, keys }: ForeignServer): ForeignServer {
  const { requestOptions, connectionTimeout: _, ...rest } = keys;
  const headers = isRecord(requestOptions) ? requestOptions.headers : undefined;
  return { name, keys: headers === undefined ? rest : { headers, ...rest } };
}

function unitBy(path: string): { timeoutUnit?: 's' | 'ms' } {
  if (IN_MS.test(path)) return { timeoutUnit: 'ms' };
  return IN_SECONDS.test(path) ? { timeoutUnit: 's' } : {};
}
