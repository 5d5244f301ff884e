/** The key `auth.tokens`, and the scopes that stand for roles: who may use the gateway, and for what. */
import { z } from 'zod';
import { ROLES } from '../../model/access/role.ts';
import { TOKEN_NAME } from '../../model/text/grammar.ts';
import { SERVER_PATTERN } from './named-views.ts';
import { pattern, TOOL_PATTERN } from './values.ts';

export const SCOPE = pattern(/^[\x21\x23-\x5B\x5D-\x7E]+$/, 'must be a scope');

const digest = pattern(
  /^sha256:[0-9a-f]{64}$/,
  'must be sha256: and 64 hex digits, as `hive token NAME` prints it',
);

const withRole = z.strictObject({
  digest: digest.describe('Digest of the token: `npx hive token NAME` prints it.'),
  role: z
    .enum(ROLES)
    .describe(
      'What its holder may do: read (see lists, states, logs), use (call tools as well), operate (change ' +
        'servers within the limits of this file; the default) or admin.',
    )
    .optional(),
  servers: z
    .array(pattern(SERVER_PATTERN, 'must be the name of a server, or a pattern such as docs_*'))
    .describe('Only these servers exist for its holder: names or `*` patterns; default all.')
    .optional(),
  tools: z
    .array(pattern(TOOL_PATTERN, 'must be a tool name or a pattern such as github_*'))
    .describe(
      'Only these tools exist for its holder: names as /mcp lists them, or `*` patterns. Without ' +
        '`servers`, nothing but these: no resources and prompts.',
    )
    .optional(),
});

export const tokens = z
  .record(
    pattern(TOKEN_NAME, 'must be a name of letters, digits, _ . @ -'),
    z.union([digest, withRole], {
      error: 'must be sha256: and 64 hex digits, as `hive token NAME` prints it, or a map with this `digest`',
    }),
  )
  .describe('Digests of bearer tokens, by name: `npx hive token NAME` makes a token and prints its line.');

export const scopeRoles = z
  .strictObject({
    read: SCOPE.describe('Scope of the role read; default hive:read.').optional(),
    use: SCOPE.describe('Scope of the role use; default hive:use.').optional(),
    operate: SCOPE.describe('Scope of the role operate; default hive:operate.').optional(),
    admin: SCOPE.describe('Scope of the role admin; default hive:admin.').optional(),
  })
  .describe('Scopes that give an access token its role; a token without any of them has the role use.');

/** Digest of a token, however the file writes it. */
export const digestOf = (token: z.output<typeof tokens>[string]): string =>
  typeof token === 'string' ? token : token.digest;
