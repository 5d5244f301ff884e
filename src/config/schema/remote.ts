/** Keys of an entry for a server that runs elsewhere. Strict: any other key is an error. */
import { z } from 'zod';
import { secret } from './launch.ts';
import { pattern, port, scalar, secureUrl, trust } from './values.ts';
import { view } from './view.ts';

const clientSecret = pattern(/\$\{/, 'must come from a variable: ${VAR}');

const oauthClient = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .describe('Client id at the authorization server; without one Hive registers itself.')
    .optional(),
  clientSecret: clientSecret.describe('Secret of the client: ${DOCS_CLIENT_SECRET}.').optional(),
  privateKey: secret
    .describe('Private key of the client, in place of a secret: `{ file: ./hive.pem }`, PEM or JWK.')
    .optional(),
  issuer: secureUrl
    .describe(
      'The only authorization server that may get the secret; default the one that the MCP server names.',
    )
    .optional(),
  clientMetadataUrl: pattern(/^https:\/\/[^/]+\/.+/, 'must be an https:// URL with a path')
    .describe('URL of a metadata document that serves as client id, if the authorization server accepts one.')
    .optional(),
  scopes: z
    .array(z.string().min(1))
    .describe('Scopes to request; default those that the server names.')
    .optional(),
  grant: z
    .enum(['authorization_code', 'client_credentials', 'jwt_bearer'], {
      error: 'must be authorization_code, client_credentials or jwt_bearer',
    })
    .describe(
      'How Hive gets tokens: authorization_code (a person logs in, the default), ' +
        'client_credentials or jwt_bearer (no person needed).',
    )
    .optional(),
  assertion: secret
    .describe(
      'JWT that identifies Hive, for `grant: jwt_bearer`: `{ file: /var/run/secrets/tokens/mcp }`; ' +
        'read at each login.',
    )
    .optional(),
  idp: z
    .strictObject({
      tokenEndpoint: secureUrl.describe(
        'Endpoint that exchanges the ID token: https://idp.example.com/token.',
      ),
      clientId: z.string().min(1).describe('Client id at the identity provider.'),
      clientSecret: clientSecret.describe('Secret of the client: ${IDP_SECRET}.').optional(),
    })
    .describe(
      'Identity provider that exchanges the ID token in `assertion` for one the server accepts (SEP-990).',
    )
    .optional(),
  redirectPort: port
    .describe('Port of the redirect URI on 127.0.0.1, if the client is registered with a fixed one.')
    .optional(),
});

/** Keys that `defaults.remote` may set for all remote servers. */
export const remoteDefaults = {
  tls: trust('servers with a certificate of your own authority').optional(),
};

export const remoteSchema = z
  .strictObject({
    type: z
      .enum(['remote', 'http', 'sse', 'streamable-http'])
      .describe('Runs elsewhere; may be left out. http, sse and streamable-http are what IDEs write.')
      .optional(),
    url: z
      .string()
      .regex(/^(https?:\/\/|\$\{)/, { error: 'must be a URL that begins with http:// or https://' })
      .describe('URL of the server’s endpoint: https://mcp.example.com/mcp.'),
    headers: z
      .record(pattern(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be an HTTP header name'), scalar)
      .describe('HTTP headers to send: `{ Authorization: "Bearer ${DOCS_TOKEN}" }`.')
      .optional(),
    oauth: oauthClient
      .describe('How Hive logs in if the server requires OAuth (`npx hive login SERVER`); mostly not needed.')
      .optional(),
    ...remoteDefaults,
    ...view,
  })
  .meta({ id: 'remote', description: 'A server that runs elsewhere and is reached over HTTP.' });

export type RemoteInput = z.output<typeof remoteSchema>;
