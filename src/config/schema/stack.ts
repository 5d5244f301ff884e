/** The whole config file in zod: the one source of the types below and of schemas/stack.schema.json. */
import { z } from 'zod';
import { gatewayBuiltinSchema } from './builtin.ts';
import { containerDefaults, containerSchema } from './container.ts';
import { nativeSchema } from './native.ts';
import { remoteSchema } from './remote.ts';
import { pattern, STACK_NAME, secureUrl } from './values.ts';
import { timeouts } from './view.ts';

const gateway = z.strictObject({
  host: z
    .string()
    .describe('Address to listen on; default 127.0.0.1. Any that others can reach needs `auth`.')
    .optional(),
  port: z
    .union([z.int().min(0).max(65535), pattern(/\$\{/, 'must be a port number')], {
      error: 'must be a port number',
    })
    .describe('Port to listen on; default 8001, 0 picks a free one.')
    .optional(),
  discover: z
    .boolean()
    .describe('Also serve containers that someone else started with mcp.server labels; default true.')
    .optional(),
  allowedHosts: z
    .array(
      pattern(
        /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)$/,
        'must be a host name without a port',
      ),
    )
    .describe(
      'Names besides the local ones and `host` under which clients reach the gateway: [hive.example.com].',
    )
    .optional(),
  allowedOrigins: z
    .array(
      pattern(/^https?:\/\/[^\s/?#*]+$/, 'must be an origin like https://app.example.com, without a path'),
    )
    .describe(
      'Origins whose pages may use the gateway from a browser (CORS), exactly as written; default none.',
    )
    .optional(),
});

const auth = z
  .strictObject({
    tokens: z
      .record(
        pattern(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/, 'must be a name of letters, digits, _ . @ -'),
        pattern(/^sha256:[0-9a-f]{64}$/, 'must be sha256: and 64 hex digits, as `hive token NAME` prints it'),
      )
      .describe('Bearer tokens by name, as digests: `npx hive token NAME` makes one and prints its line.')
      .optional(),
    oauth: z
      .strictObject({
        issuer: secureUrl.describe('Whose access tokens are taken: https://login.example.com.'),
        resource: pattern(/^https?:\/\/[^/\s?#]+(\/[^\s?#]*)?$/, 'must be a URL that begins with https://')
          .describe('URL of the gateway’s /mcp as clients know it; default where it listens.')
          .optional(),
        audience: z
          .string()
          .min(1)
          .describe('What the `aud` of a token must hold; default `resource`.')
          .optional(),
        scopes: z
          .array(pattern(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be a scope'))
          .describe('Scopes that a token must grant, all of them: [mcp].')
          .optional(),
        jwksUri: secureUrl
          .describe('Where the issuer’s keys are; default as its own metadata says.')
          .optional(),
      })
      .describe('Take access tokens (JWT) of an OAuth authorization server.')
      .optional(),
  })
  .refine(({ tokens, oauth }) => oauth !== undefined || Object.keys(tokens ?? {}).length > 0, {
    error: 'must have `tokens` or `oauth`',
  });

const defaults = z.strictObject({
  container: z
    .strictObject(containerDefaults)
    .describe('For every container entry that does not say otherwise.')
    .optional(),
  timeouts: timeouts
    .describe('For every server that does not say otherwise: `{ start: 60s, call: 60s }`.')
    .optional(),
});

const serverSchema = z.union([containerSchema, nativeSchema, remoteSchema, gatewayBuiltinSchema]);

/** Every top-level key but the servers. */
export const settingsSchema = z.strictObject({
  $schema: z.string().describe('Where editors find the JSON Schema of this file.').optional(),
  name: pattern(STACK_NAME, 'must be lower-case letters, digits, _ and -')
    .describe('Name of the stack and of its Compose project; default the name of the file or its folder.')
    .optional(),
  composeFile: z
    .string()
    .min(1)
    .describe('Where the compiled Compose file is written; default docker-compose.mcp.yml beside this file.')
    .optional(),
  gateway: gateway.describe('Where the gateway listens: `{ host: 127.0.0.1, port: 8001 }`.').optional(),
  auth: auth
    .describe(
      'Who may use the gateway; without it, whoever reaches it: `{ tokens: { laptop: "sha256:…" } }`.',
    )
    .optional(),
  defaults: defaults.describe('Values for all servers that do not set their own.').optional(),
  include: z
    .union([z.string(), z.array(z.string())], { error: 'must be a file, a pattern, or a list of them' })
    .describe('More files whose servers are added, relative to this one: [team.yaml, servers/*.yaml].')
    .optional(),
});

export const stackSchema = settingsSchema.extend({
  servers: z.record(z.string(), serverSchema).describe('The MCP servers by name.').optional(),
  mcpServers: z
    .record(z.string(), serverSchema)
    .describe('The same as `servers`, as IDEs call it: an entry can be pasted as it is.')
    .optional(),
});

export type SettingsInput = z.output<typeof settingsSchema>;
