/**
 * What an entry under `servers` that runs in a container may hold. Strict: a key that is not here is an
 * error.
 */
import { z } from 'zod';
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
    .describe('The command that tells whether the server is well: `["CMD", "curl", "-f", "…"]`.')
    .optional(),
  interval: duration.describe('How often the command runs: 30s.').optional(),
  timeout: duration.describe('How long the command may take: 5s.').optional(),
  retries: z.int().min(1).describe('How many failures in a row count as unhealthy.').optional(),
  startPeriod: duration.describe('How long failures are forgiven after the start: 10s.').optional(),
  startInterval: duration.describe('How often the command runs during `startPeriod`: 1s.').optional(),
  disable: z.boolean().describe('True switches off the health check that the image brings.').optional(),
});

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

export type ContainerInput = z.output<typeof containerSchema>;
