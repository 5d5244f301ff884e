/** Schema of a whole config file: the source of its types and of schemas/stack.schema.json. */
import { z } from 'zod';
import { STACK_NAME } from '../../model/text/grammar.ts';
import { BUILTIN_SCHEMAS } from './builtin.ts';
import { containerDefaults, containerSchema } from './container.ts';
import { views } from './named-views.ts';
import { nativeDefaults, nativeSchema } from './native.ts';
import { remoteDefaults, remoteSchema } from './remote.ts';
import { SCOPE, scopeRoles, tokens } from './tokens.ts';
import { age, diskSize, pattern, secureUrl, trust } from './values.ts';
import { timeouts } from './view.ts';

const gateway = z.strictObject({
  host: z
    .string()
    .describe('Address to listen on; default 127.0.0.1. An address that other machines reach needs `auth`.')
    .optional(),
  port: z
    .union([z.int().min(0).max(65535), pattern(/\$\{/, 'must be a port number')], {
      error: 'must be a port number',
    })
    .describe('Port to listen on; default 8001, 0 for any free port.')
    .optional(),
  discover: z
    .union([z.boolean(), z.enum(['off', 'project', 'all'])], { error: 'must be off, project or all' })
    .describe(
      'Which labelled containers are served that Hive did not make: off (none, the default), project ' +
        '(those of the Compose project with this stack’s name) or all. true means all, false means off.',
    )
    .optional(),
  allowedHosts: z
    .array(
      pattern(
        /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/,
        'must be a host name without a port',
      ),
    )
    .describe('Host names under which clients reach the gateway, besides the local ones: [hive.example.com].')
    .optional(),
  allowedOrigins: z
    .array(
      pattern(/^https?:\/\/[^\s/?#*]+$/, 'must be an origin like https://app.example.com, without a path'),
    )
    .describe(
      'Origins whose web pages may use the gateway (CORS), exactly as browsers send them; default none.',
    )
    .optional(),
});

const auth = z
  .strictObject({
    tokens: tokens.optional(),
    oauth: z
      .strictObject({
        issuer: secureUrl.describe('Issuer of the access tokens: https://login.example.com.'),
        resource: pattern(/^https?:\/\/[^/\s?#]+(\/[^\s?#]*)?$/, 'must be a URL that begins with https://')
          .describe('URL of the gateway’s /mcp as clients know it; default the address it listens on.')
          .optional(),
        audience: z
          .string()
          .min(1)
          .describe('Value that `aud` of a token must hold; default `resource`.')
          .optional(),
        scopes: z.array(SCOPE).describe('Scopes of which a token must grant all: [mcp].').optional(),
        roles: scopeRoles.optional(),
        jwksUri: secureUrl.describe('URL of the issuer’s keys; default the one in its metadata.').optional(),
        tls: trust('an issuer with a certificate of your own authority').optional(),
      })
      .describe('Accept access tokens (JWT) of an OAuth authorization server.')
      .optional(),
  })
  .refine(({ tokens, oauth }) => oauth !== undefined || Object.keys(tokens ?? {}).length > 0, {
    error: 'must have `tokens` or `oauth`',
  });

const defaults = z.strictObject({
  container: z
    .strictObject(containerDefaults)
    .describe('Keys for every container that does not set its own.')
    .optional(),
  native: z
    .strictObject(nativeDefaults)
    .describe('Keys for every native server that does not set its own.')
    .optional(),
  remote: z
    .strictObject(remoteDefaults)
    .describe('Keys for every remote server that does not set its own.')
    .optional(),
  tools: z
    .strictObject({
      readOnly: z
        .boolean()
        .describe(
          'True to offer only tools that say that they read, of every server without its own `readOnly`.',
        )
        .optional(),
    })
    .describe('Which tools clients see of every server, discovered ones too: `{ readOnly: true }`.')
    .optional(),
  timeouts: timeouts
    .describe('Timeouts for every server that does not set its own: `{ start: 60s, call: 60s }`.')
    .optional(),
});

const logs = z.strictObject({
  keep: age.describe('How long lines are kept: 12h, 7d; default 7d.').optional(),
  size: diskSize
    .describe('Most bytes on disk, beyond which the oldest lines go: 500MiB, 1GiB; default 1GiB.')
    .optional(),
});

const serverSchema = z.union([
  containerSchema,
  nativeSchema,
  remoteSchema,
  ...Object.values(BUILTIN_SCHEMAS),
]);

/** All top-level keys except the servers. */
export const settingsSchema = z.strictObject({
  $schema: z.string().describe('Path or URL of the JSON Schema of this file, for editors.').optional(),
  name: pattern(STACK_NAME, 'must be lower-case letters, digits, _ and -')
    .describe('Name of the stack and of its Compose project; default the name of the folder and the file.')
    .optional(),
  composeFile: z
    .string()
    .min(1)
    .describe('Path of the compiled Compose file; default docker-compose.mcp.yml beside this file.')
    .optional(),
  gateway: gateway
    .describe('Where the gateway listens, and who may connect: `{ host: 127.0.0.1, port: 8001 }`.')
    .optional(),
  auth: auth
    .describe('Credentials that clients need: `{ tokens: { laptop: "sha256:…" } }`; without it, none.')
    .optional(),
  defaults: defaults.describe('Values for all servers that do not set their own.').optional(),
  views: views
    .describe(
      'Parts of /mcp for single clients, at /mcp?view=NAME: `{ cursor: { servers: [docs], limit: 40 } }`.',
    )
    .optional(),
  logs: logs
    .describe(
      'Keep the lines of servers on disk, to be searched: `{ keep: 7d, size: 1GiB }`; without it, the ' +
        'newest in memory only.',
    )
    .optional(),
  include: z
    .union([z.string(), z.array(z.string())], { error: 'must be a file, a pattern, or a list of them' })
    .describe('Further files whose servers are added, relative to this one: [team.yaml, servers/*.yaml].')
    .optional(),
});

export const stackSchema = settingsSchema.extend({
  servers: z.record(z.string(), serverSchema).describe('The MCP servers by name.').optional(),
  mcpServers: z
    .record(z.string(), serverSchema)
    .describe('The same as `servers`, under the name that IDEs use: entries can be pasted as they are.')
    .optional(),
});

export type SettingsInput = z.output<typeof settingsSchema>;
