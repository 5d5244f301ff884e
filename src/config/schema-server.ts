/** What one entry under `servers` may hold, by kind. Strict: a key that is not here is an error. */
import { z } from 'zod';
import {
  capability,
  duration,
  durationOrOff,
  memory,
  NETWORK_NAME,
  oneOrMany,
  PREFIX,
  pattern,
  port,
  restart,
  scalar,
  TOOL_NAME,
  TOOL_PATTERN,
  VARIABLE_NAME,
  words,
} from './schema-values.ts';

const env = z.record(pattern(VARIABLE_NAME, 'must be a variable name such as API_KEY'), scalar);

const tools = z.strictObject({
  allow: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as read_*'))
    .describe('Only these tools are offered: names as the server gives them, `*` stands for anything.')
    .optional(),
  deny: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as delete_*'))
    .describe('These tools are never offered, even when `allow` names them: names or `*` patterns.')
    .optional(),
  rename: z
    .record(
      pattern(TOOL_NAME, 'must be a tool name'),
      pattern(TOOL_NAME, 'must be a tool name of letters, digits, _ . -'),
    )
    .describe('The name shown instead of the server’s own, before the prefix: `{ q: search }`.')
    .optional(),
});

export const timeouts = z.strictObject({
  start: duration
    .describe(
      'How long a server may take to answer initialize: 30s, 2m; building and pulling are not counted.',
    )
    .optional(),
  call: duration
    .describe('How long a call may take without any progress before it is cancelled: 30s, 5m.')
    .optional(),
  callMax: duration
    .describe('How long a call may take in all, however much progress it reports; default 1h.')
    .optional(),
  drain: duration
    .describe('How long calls under way may go on when the server is replaced or stopped; default 30s.')
    .optional(),
  idle: duration
    .describe('How long a server with `start: lazy` stays up without a call; default 5m.')
    .optional(),
  health: durationOrOff
    .describe(
      'A server that was silent for this long is pinged, and has as long to answer; default 30s, 0 never.',
    )
    .optional(),
});

const view = {
  start: z
    .enum(['eager', 'lazy'], { error: 'must be eager or lazy' })
    .describe(
      'When the server is started: eager (with the gateway, the default), or lazy (at its first call; stopped when unused for `timeouts.idle`).',
    )
    .optional(),
  prefix: pattern(PREFIX, 'must be letters, digits, _ and -')
    .describe(
      'Put before the server’s tool and prompt names: PREFIX_TOOL; default the server’s name, "" for none.',
    )
    .optional(),
  tools: tools.describe('Which of the server’s tools are offered, and under which names.').optional(),
  timeouts: timeouts.describe('How long to wait for this server: `{ start: 60s, call: 5m }`.').optional(),
  maxInFlight: z
    .int()
    .positive()
    .describe('How many calls may wait for the server at once; one more is refused; default 1000.')
    .optional(),
  isolation: z
    .enum(['shared', 'session', 'call'], { error: 'must be shared, session or call' })
    .describe(
      'Who shares a running server: shared (all clients, the default), session (each client session has its own process), call.',
    )
    .optional(),
};

const launch = {
  env: env
    .describe('Environment variables; ${VAR} and ${VAR:-default} are filled in when the server starts.')
    .optional(),
  envFile: oneOrMany(z.string().min(1))
    .describe('Files of NAME=value lines for the server’s environment, relative to this file.')
    .optional(),
};

const command = words
  .describe('What to run: a command line, a list of words, or a program with its `args` beside it.')
  .optional();
const args = z
  .array(scalar)
  .describe('Arguments of `command`, which is then taken as one word: `["-y", "some-package"]`.')
  .optional();
const stopGrace = duration
  .describe('How long the server gets to end by itself before it is killed; default 10s.')
  .optional();

const healthcheck = z.strictObject({
  test: words
    .describe('The command that tells whether the server is well: `["CMD", "curl", "-f", "…"]`.')
    .optional(),
  interval: duration.describe('How often the command runs: 30s.').optional(),
  timeout: duration.describe('How long the command may take: 5s.').optional(),
  retries: z.int().min(1).describe('How many failures in a row count as unhealthy.').optional(),
  startPeriod: duration.describe('How long failures are forgiven after the start: 10s.').optional(),
  startInterval: duration.describe('How often the command runs during `startPeriod`: 1s.').optional(),
  disable: z.boolean().describe('True switches off the health check that the image brings.').optional(),
});

const secret = z.union(
  [
    z.strictObject({
      file: z.string().min(1).describe('File that holds the secret, relative to this file: ./token.txt.'),
    }),
    z.strictObject({
      environment: pattern(VARIABLE_NAME, 'must be a variable name such as GITHUB_TOKEN').describe(
        'Environment variable that holds the secret: GITHUB_TOKEN.',
      ),
    }),
  ],
  { error: 'must be { file: PATH } or { environment: VARIABLE }' },
);

/** Container keys that `defaults.container` may set for all. */
export const containerDefaults = {
  network: pattern(NETWORK_NAME, 'must be isolated, none, host, or a name of letters, digits, _ . - to share')
    .describe('`isolated` (own network, the default), `none`, `host`, or the name of a network to share.')
    .optional(),
  readOnly: z.boolean().describe('True makes the container’s own file system read-only.').optional(),
  tmpfs: oneOrMany(pattern(/^\//, 'must be an absolute path in the container'))
    .describe('Paths that are kept in memory, lost at each stop: /tmp or /tmp:size=64m.')
    .optional(),
  cpus: z.number().positive().describe('CPU limit: 0.5 is half a core; default 1.').optional(),
  memory: memory.describe('Memory limit: 512m (the default), 2g.').optional(),
  pids: z.int().positive().describe('Limit of processes and threads; default 256.').optional(),
  user: scalar.describe('User (and group) to run as instead of the image’s: node, 1000:1000.').optional(),
  capAdd: z
    .array(capability)
    .describe('Linux capabilities to give back; all are dropped otherwise: [NET_BIND_SERVICE].')
    .optional(),
  runtime: z
    .string()
    .min(1)
    .describe('Container runtime to use instead of the engine’s own: runsc.')
    .optional(),
  platform: z
    .string()
    .min(1)
    .describe('Platform of the image when it is not the machine’s: linux/amd64.')
    .optional(),
  pull: z
    .enum(['always', 'missing', 'never'])
    .describe('When to pull `image`: missing (the default), always, never.')
    .optional(),
  restart: restart
    .describe(
      'What the engine does when the server ends: no (the default: Hive decides), on-failure:3, always.',
    )
    .optional(),
  stopGrace,
};

const nativeRun = z.strictObject({
  command: words.describe('What to run on this machine: a command line, or a program with `args` beside it.'),
  args,
  env: env
    .describe('Environment variables of that process; `env` of the entry does not apply to it.')
    .optional(),
});

export const containerSchema = z
  .strictObject({
    type: z.literal('container').describe('Runs in a container of its own.').optional(),
    transport: z
      .enum(['stdio', 'http'])
      .describe('How the server speaks: stdio (the default), or http with a `port`.')
      .optional(),
    image: z.string().min(1).describe('Image to run: ghcr.io/example/search:1.2.').optional(),
    dockerfile: z
      .string()
      .min(1)
      .describe('Dockerfile to build the image from, relative to this file; its folder is the build context.')
      .optional(),
    entrypoint: words
      .describe('Replaces the image’s entrypoint: a command line or a list of words.')
      .optional(),
    command,
    args,
    ...launch,
    secrets: z
      .record(pattern(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be a file name'), secret)
      .describe(
        'Files under /run/secrets by name: `{ token: { file: ./token.txt } }`; never in the environment.',
      )
      .optional(),
    volumes: z
      .array(z.string().min(1))
      .describe('NAME:/path for a volume that lasts, ./folder:/path[:ro] for a folder relative to this file.')
      .optional(),
    ports: z
      .array(z.union([z.string(), z.int()], { error: 'must be a port such as "127.0.0.1:8080:80"' }))
      .describe('More ports to publish, as in Compose: "127.0.0.1:8080:80"; the MCP port needs no entry.')
      .optional(),
    port: port.describe('Port inside the container on which an http server listens.').optional(),
    path: z
      .string()
      .regex(/^\/\S*$/, { error: 'must begin with /' })
      .describe('URL path of an http server’s endpoint; default /mcp.')
      .optional(),
    workdir: z.string().min(1).describe('Working directory inside the container.').optional(),
    ...containerDefaults,
    healthcheck: healthcheck.describe('How the engine finds out whether the server is well.').optional(),
    link: z
      .enum(['auto', 'pipe', 'attach', 'exec'])
      .describe(
        'How the gateway reaches a stdio container: auto (pipe where it works, else attach), or just one way.',
      )
      .optional(),
    native: nativeRun
      .describe(
        'How the same server runs as a plain process where there is no engine: `{ command: npx -y x }`.',
      )
      .optional(),
    compose: z
      .record(z.string(), z.unknown())
      .describe('Raw Compose service keys, merged last; paths in it are relative to the Compose file.')
      .optional(),
    ...view,
  })
  .meta({ id: 'container', description: 'A server in a container: needs `image` or `dockerfile`.' });

export const nativeSchema = z
  .strictObject({
    type: z
      .enum(['native', 'stdio'])
      .describe('Runs as a process on this machine; may be left out, `stdio` is what IDEs write for it.')
      .optional(),
    command: words.describe(
      'What to run: a command line, a list of words, or a program with its `args` beside it.',
    ),
    args,
    ...launch,
    workdir: z
      .string()
      .min(1)
      .describe('Folder to run in, relative to this file; default this file’s folder.')
      .optional(),
    stopGrace,
    ...view,
  })
  .meta({ id: 'native', description: 'A server that runs as a process on this machine.' });

const oauthClient = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .describe('Client id at the authorization server; without one Hive registers itself.')
    .optional(),
  clientSecret: pattern(/\$\{/, 'must come from a variable: ${VAR}')
    .describe('Secret of that client: ${DOCS_CLIENT_SECRET}.')
    .optional(),
  clientMetadataUrl: pattern(/^https:\/\/[^/]+\/.+/, 'must be an https:// URL with a path')
    .describe('URL of a metadata document that is the client id, where the authorization server takes one.')
    .optional(),
  scopes: z
    .array(z.string().min(1))
    .describe('Scopes to ask for; default those that the server names.')
    .optional(),
  grant: z
    .enum(['authorization_code', 'client_credentials'], {
      error: 'must be authorization_code or client_credentials',
    })
    .describe('How tokens are got: authorization_code (a person logs in, the default) or client_credentials.')
    .optional(),
  redirectPort: port
    .describe('Port on 127.0.0.1 that the browser comes back to, where the client is registered for one.')
    .optional(),
});

export const remoteSchema = z
  .strictObject({
    type: z
      .enum(['remote', 'http', 'sse', 'streamable-http'])
      .describe('Runs elsewhere; may be left out, the other words are what IDEs write for it.')
      .optional(),
    url: z
      .string()
      .regex(/^(https?:\/\/|\$\{)/, { error: 'must be a URL that begins with http:// or https://' })
      .describe('Address of the server’s endpoint: https://mcp.example.com/mcp.'),
    headers: z
      .record(pattern(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be an HTTP header name'), scalar)
      .describe('HTTP headers to send: `{ Authorization: "Bearer ${DOCS_TOKEN}" }`.')
      .optional(),
    oauth: oauthClient
      .describe('How to log in where the server wants OAuth (`npx hive login SERVER`); mostly not needed.')
      .optional(),
    ...view,
  })
  .meta({ id: 'remote', description: 'A server that already runs somewhere and is reached over HTTP.' });

export type ContainerInput = z.output<typeof containerSchema>;
export type NativeInput = z.output<typeof nativeSchema>;
export type RemoteInput = z.output<typeof remoteSchema>;
export type NativeRunInput = z.output<typeof nativeRun>;
export type ViewInput = Pick<
  RemoteInput,
  'prefix' | 'tools' | 'timeouts' | 'maxInFlight' | 'isolation' | 'start'
>;
