/** Files of agents that have words of their own: Zed, Codex, opencode, Goose, LibreChat. */
import { type Keys, textsOf } from '../../config/foreign/keys.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { type ForeignServer, type Format, passedOn, serversIn, serversNamed } from '../foreign/foreign.ts';

export const zed: Format = {
  name: 'Zed',
  read({ context_servers: servers }) {
    if (!isRecord(servers)) return undefined;
    return { servers: serversIn(servers).map(({ name, keys }) => ({ name, keys: zedKeys(keys) })) };
  },
};

function zedKeys({ source, settings: __, remote: ___, ...keys }: Keys): Keys {
  // Such a server is started by the editor.
  if (source === 'extension') return { ...keys, source };
  const { command } = keys;
  return isRecord(command) ? { ...keys, command: command.path, args: command.args, env: command.env } : keys;
}

export const codex: Format = {
  name: 'Codex',
  read({ mcp_servers: servers }) {
    const found = Array.isArray(servers) ? serversNamed(servers) : serversIn(servers);
    if (found.length === 0) return undefined;
    return { servers: found.map(({ name, keys }) => ({ name, keys: codexKeys(keys) })), timeoutUnit: 's' };
  },
};

/** See the reference of Codex' `config.toml`. */
function codexKeys(keys: Keys): Keys {
  const {
    env_vars: passed,
    bearer_token_env_var: token,
    http_headers: headers,
    env_http_headers: fromEnv,
    startup_timeout_sec: start,
    startup_timeout_ms: startMs,
    tool_timeout_sec: call,
    required: _,
    experimental_environment: __,
    ...rest
  } = keys;
  const named = isRecord(fromEnv) ? mapTexts(fromEnv, (name) => `\${${name}}`) : {};
  const bearer = typeof token === 'string' ? { Authorization: `Bearer \${${token}}` } : {};
  return {
    ...rest,
    env: { ...passedOn(passed), ...maps(keys.env) },
    headers: { ...maps(keys.headers), ...maps(headers), ...named, ...bearer },
    timeouts: { ...seconds('start', start), ...milliseconds('start', startMs), ...seconds('call', call) },
  };
}

export const opencode: Format = {
  name: 'opencode',
  read({ mcp }) {
    if (!isRecord(mcp)) return undefined;
    const servers = serversIn('servers' in mcp ? mcp.servers : mcp);
    const isEntry = ({ keys }: ForeignServer) => 'command' in keys || 'url' in keys || 'enabled' in keys;
    if (servers.length === 0 || !servers.every(isEntry)) return undefined;
    return {
      servers: servers.map(({ name, keys }) => ({ name, keys: opencodeKeys(keys) })),
      timeoutUnit: 'ms',
    };
  },
};

function opencodeKeys({ environment, ...keys }: Keys): Keys {
  return environment === undefined ? keys : { ...keys, env: environment };
}

export const goose: Format = {
  name: 'Goose',
  read({ extensions }) {
    const all = serversIn(extensions);
    const servers = all.filter(({ keys }) => 'cmd' in keys || 'uri' in keys);
    if (servers.length === 0) return undefined;
    const own = all.filter((server) => !servers.includes(server)).map(({ name }) => name);
    return {
      servers: servers.map(({ name, keys }) => ({ name, keys: gooseKeys(keys) })),
      timeoutUnit: 's',
      notes: own.length > 0 ? [`left out, since they are part of Goose: ${own.join(', ')}`] : [],
    };
  },
};

function gooseKeys(keys: Keys): Keys {
  const { cmd, envs, env_keys: passed, uri, name: _, display_name: __, bundled: ___, ...rest } = keys;
  const env = { ...passedOn(passed), ...maps(envs) };
  return {
    ...rest,
    ...(cmd !== undefined ? { command: cmd } : {}),
    ...(uri !== undefined ? { url: uri } : {}),
    env,
  };
}

export const librechat: Format = {
  name: 'LibreChat',
  read({ mcpServers, version, endpoints, mcpSettings }) {
    const servers = serversIn(mcpServers);
    const hasOwn = servers.some(({ keys }) => LIBRECHAT.some((key) => key in keys));
    if (servers.length === 0 || !(hasOwn || mcpSettings || (version && endpoints))) return undefined;
    return {
      servers: servers.map(({ name, keys }) => ({ name, keys: librechatKeys(keys) })),
      timeoutUnit: 'ms',
    };
  },
};

const LIBRECHAT = ['iconPath', 'serverInstructions', 'initTimeout', 'chatMenu', 'customUserVars'];

function librechatKeys({ initTimeout, ...keys }: Keys): Keys {
  return { ...keys, timeouts: milliseconds('start', initTimeout) };
}

const maps = (value: unknown): Keys => (isRecord(value) ? value : {});

function mapTexts(map: Keys, change: (text: string) => string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, change(textsOf(value)[0] ?? '')]),
  );
}

function seconds(key: string, value: unknown): Record<string, string> {
  return typeof value === 'number' && value > 0 ? { [key]: `${value}s` } : {};
}

function milliseconds(key: string, value: unknown): Record<string, string> {
  if (typeof value !== 'number' || value <= 0) return {};
  return { [key]: value % 1000 === 0 ? `${value / 1000}s` : `${value}ms` };
}
