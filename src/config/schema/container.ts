/** Keys of an entry for a server in a container. Strict: any other key is an error. */
import { z } from 'zod';
import { URL_PATH } from '../../model/text/grammar.ts';
import { args, command, env, launch, secret, stopGrace } from './launch.ts';
import {
  capability,
  duration,
  memory,
  NETWORK_NAME,
  oneOrMany,
  pattern,
  port,
  restart,
  scalar,
  words,
} from './values.ts';
import { view } from './view.ts';

const healthcheck = z.strictObject({
  test: words
    .describe('Command that checks whether the server is healthy: `["CMD", "curl", "-f", "…"]`.')
    .optional(),
  interval: duration.describe('How often the command runs: 30s.').optional(),
  timeout: duration.describe('How long the command may take: 5s.').optional(),
  retries: z.int().min(1).describe('How many failures in a row count as unhealthy.').optional(),
  startPeriod: duration.describe('How long after the start failures do not count: 10s.').optional(),
  startInterval: duration.describe('How often the command runs during `startPeriod`: 1s.').optional(),
  disable: z.boolean().describe('True to turn off the health check of the image.').optional(),
});

/** Keys that `defaults.container` may set for all containers. */
export const containerDefaults = {
  network: pattern(NETWORK_NAME, 'must be isolated, none, host, or a name of letters, digits, _ . - to share')
    .describe('`isolated` (own network, the default), `none`, `host`, or the name of a network to share.')
    .optional(),
  readOnly: z.boolean().describe('True to make the container’s own file system read-only.').optional(),
  tmpfs: oneOrMany(pattern(/^\//, 'must be an absolute path in the container'))
    .describe('Paths kept in memory and lost when the container stops: /tmp or /tmp:size=64m.')
    .optional(),
  cpus: z.number().positive().describe('CPU limit: 0.5 is half a core; default 1.').optional(),
  memory: memory.describe('Memory limit: 512m (the default), 2g.').optional(),
  pids: z.int().positive().describe('Limit on processes and threads; default 256.').optional(),
  user: scalar.describe('User, and group, to run as in place of the image’s: node, 1000:1000.').optional(),
  capAdd: z
    .array(capability)
    .describe('Linux capabilities to keep; all others are dropped: [NET_BIND_SERVICE].')
    .optional(),
  runtime: z
    .string()
    .min(1)
    .describe('Container runtime to use in place of the engine’s default: runsc.')
    .optional(),
  platform: z
    .string()
    .min(1)
    .describe('Platform of the image, if it is not the machine’s: linux/amd64.')
    .optional(),
  pull: z
    .enum(['always', 'missing', 'never'])
    .describe('When to pull `image`: missing (the default), always, never.')
    .optional(),
  restart: restart
    .describe(
      'What the engine does when the server exits: no (the default, Hive restarts it), on-failure:3, always.',
    )
    .optional(),
  stopGrace,
};

const nativeRun = z.strictObject({
  command: words.describe(
    'The command to run on this machine: a command line, or a program with `args` beside it.',
  ),
  args,
  env: env.describe('Environment variables of the process; the entry’s own `env` does not apply.').optional(),
});

const build = z.union(
  [
    z.string().min(1),
    z.strictObject({
      context: z
        .string()
        .min(1)
        .describe('Folder relative to this file, or URL: https://github.com/me/server.git#main:docker.')
        .optional(),
      dockerfile: z
        .string()
        .min(1)
        .describe('Dockerfile, relative to `context`; default Dockerfile.')
        .optional(),
      args: env.describe('Values for the ARG lines of the Dockerfile; may hold ${VAR}.').optional(),
      target: z.string().min(1).describe('The stage to build, if it is not the last one.').optional(),
    }),
  ],
  { error: 'must be a folder, a URL, or { context, dockerfile, args, target }' },
);

export const containerSchema = z
  .strictObject({
    type: z.literal('container').describe('Runs in a container of its own.').optional(),
    transport: z
      .enum(['stdio', 'http'])
      .describe('How the server communicates: stdio (the default), or http with a `port`.')
      .optional(),
    image: z.string().min(1).describe('Image to run: ghcr.io/example/search:1.2.').optional(),
    dockerfile: z
      .string()
      .min(1)
      .describe('Dockerfile to build the image from, relative to this file; its folder is the build context.')
      .optional(),
    build: build
      .describe('What to build the image from, as in Compose: a folder or the URL of a git repository.')
      .optional(),
    entrypoint: words
      .describe('Command that replaces the image’s entrypoint: a command line or a list of words.')
      .optional(),
    command,
    args,
    ...launch,
    secrets: z
      .record(pattern(/^[A-Za-z0-9][A-Za-z0-9_.-]*$/, 'must be a file name'), secret)
      .describe(
        'Files under /run/secrets, by name: `{ token: { file: ./token.txt } }`; not in the environment.',
      )
      .optional(),
    volumes: z
      .array(z.string().min(1))
      .describe('NAME:/path for a named volume, ./folder:/path[:ro] for a folder relative to this file.')
      .optional(),
    ports: z
      .array(z.union([z.string(), z.int()], { error: 'must be a port such as "127.0.0.1:8080:80"' }))
      .describe('Further ports to publish, as in Compose: "127.0.0.1:8080:80"; the MCP port needs no entry.')
      .optional(),
    port: port.describe('Port on which an http server listens inside the container.').optional(),
    path: z
      .string()
      .regex(URL_PATH, { error: 'must begin with /' })
      .describe('URL path of an http server’s endpoint; default /mcp.')
      .optional(),
    workdir: z.string().min(1).describe('Working directory inside the container.').optional(),
    ...containerDefaults,
    healthcheck: healthcheck.describe('How the engine checks whether the server is healthy.').optional(),
    link: z
      .enum(['auto', 'pipe', 'attach', 'exec'])
      .describe('Link to a stdio container: auto (pipe if possible, else attach), pipe, attach, exec.')
      .optional(),
    native: nativeRun
      .describe(
        'How the server runs as a process where there is no container engine: `{ command: npx -y x }`.',
      )
      .optional(),
    compose: z
      .record(z.string(), z.unknown())
      .describe('Raw keys of the Compose service, merged last; paths are relative to the Compose file.')
      .optional(),
    ...view,
  })
  .meta({ id: 'container', description: 'A server in a container: needs `image` or `dockerfile`.' });

export type ContainerInput = z.output<typeof containerSchema>;
