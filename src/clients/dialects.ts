/** Entries as each client writes them. */
import type { Client, DialectName } from './data/client.ts';

export type Entry = Readonly<Record<string, unknown>>;

/** The gateway as a client reaches it. */
export type Endpoint =
  | {
      readonly kind: 'http';
      readonly url: string;
      /** Value that goes behind `Bearer`: the token itself, or a variable of the client's environment. */
      readonly token?: { readonly value: string } | { readonly variable: string };
    }
  | { readonly kind: 'stdio'; readonly command: string; readonly args: readonly string[] };

type Http = Extract<Endpoint, { kind: 'http' }>;
type Stdio = Extract<Endpoint, { kind: 'stdio' }>;

interface Dialect {
  /** @param headers empty if the gateway asks for no token */
  http(url: string, headers: Entry, name: string): Entry;
  stdio(command: Stdio, name: string): Entry;
}

const withHeaders = (headers: Entry, key = 'headers'): Entry =>
  Object.keys(headers).length > 0 ? { [key]: headers } : {};

const plainStdio = ({ command, args }: Stdio): Entry => ({ command, args });

/** Of `url`, with a `type` before it. */
const typedHttp =
  (type: string, more: Entry = {}): Dialect['http'] =>
  (url, headers) => ({ type, url, ...withHeaders(headers), ...more });

/** Goose gives up after this long. */
const GOOSE_SECONDS = 300;
const LIBRECHAT_MS = 60_000;

const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  plain: { http: (url, headers) => ({ url, ...withHeaders(headers) }), stdio: plainStdio },
  typed: { http: typedHttp('http'), stdio: ({ command, args }) => ({ type: 'stdio', command, args }) },
  disabled: {
    http: typedHttp('streamableHttp', { disabled: false }),
    stdio: ({ command, args }) => ({ command, args, disabled: false }),
  },
  roo: { http: typedHttp('streamable-http'), stdio: plainStdio },
  'http-url': { http: (httpUrl, headers) => ({ httpUrl, ...withHeaders(headers) }), stdio: plainStdio },
  'server-url': { http: (serverUrl, headers) => ({ serverUrl, ...withHeaders(headers) }), stdio: plainStdio },
  codex: { http: (url, headers) => ({ url, ...withHeaders(headers, 'http_headers') }), stdio: plainStdio },
  continue: {
    http: (url, headers, name) => ({
      name,
      type: 'streamable-http',
      url,
      ...(Object.keys(headers).length > 0 ? { requestOptions: { headers } } : {}),
    }),
    stdio: ({ command, args }, name) => ({ name, type: 'stdio', command, args }),
  },
  goose: {
    http: (uri, headers, name) => ({
      name,
      type: 'streamable_http',
      uri,
      ...withHeaders(headers),
      enabled: true,
      timeout: GOOSE_SECONDS,
    }),
    stdio: ({ command, args }, name) => ({
      name,
      type: 'stdio',
      cmd: command,
      args,
      enabled: true,
      timeout: GOOSE_SECONDS,
    }),
  },
  opencode: {
    http: typedHttp('remote', { enabled: true }),
    stdio: ({ command, args }) => ({ type: 'local', command: [command, ...args], enabled: true }),
  },
  copilot: {
    http: typedHttp('http', { tools: ['*'] }),
    stdio: ({ command, args }) => ({ type: 'local', command, args, tools: ['*'] }),
  },
  vibe: {
    http: (url, headers, name) => ({ name, transport: 'streamable-http', url, ...withHeaders(headers) }),
    stdio: ({ command, args }, name) => ({ name, transport: 'stdio', command, args }),
  },
  'kimi-code': {
    http: (url, headers) => ({ transport: 'http', url, ...withHeaders(headers) }),
    stdio: ({ command, args }) => ({ transport: 'stdio', command, args }),
  },
  librechat: {
    http: typedHttp('streamable-http', { timeout: LIBRECHAT_MS }),
    stdio: ({ command, args }) => ({ type: 'stdio', command, args }),
  },
  anythingllm: { http: typedHttp('streamable'), stdio: plainStdio },
};

/** The entry that connects a client to the gateway. @param name of the entry */
export function entryFor(client: Client, endpoint: Endpoint, name: string): Entry {
  const dialect = DIALECTS[client.dialect];
  if (endpoint.kind === 'stdio') return dialect.stdio(endpoint, name);
  const variable = variableOf(endpoint);
  const named = variable === undefined ? undefined : namedVariable(client, variable);
  if (named) return { ...dialect.http(endpoint.url, {}, name), ...named };
  return dialect.http(endpoint.url, headersOf(client, endpoint), name);
}

const variableOf = ({ token }: Http): string | undefined =>
  token && 'variable' in token ? token.variable : undefined;

/** Keys of clients that take the name of the variable instead of a header. */
function namedVariable({ dialect }: Client, variable: string): Entry | undefined {
  if (dialect === 'codex') return { bearer_token_env_var: variable };
  if (dialect !== 'vibe') return undefined;
  return { api_key_env: variable, api_key_header: 'Authorization', api_key_format: 'Bearer {token}' };
}

function headersOf({ reference = '' }: Client, { token }: Http): Entry {
  if (token === undefined) return {};
  const value = 'value' in token ? token.value : reference.replace('NAME', () => token.variable);
  return { Authorization: `Bearer ${value}` };
}
