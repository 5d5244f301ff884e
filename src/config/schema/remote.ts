/** What an entry under `servers` that runs elsewhere may hold. Strict: a key that is not here is an error. */
import { z } from 'zod';
import { secret } from './launch.ts';
import { pattern, port, scalar, secureUrl } from './values.ts';
import { view } from './view.ts';

const clientSecret = pattern(/\$\{/, 'must come from a variable: ${VAR}');

const oauthClient = z.strictObject({
  clientId: z
    .string()
    .min(1)
    .describe('Client id at the authorization server; without one Hive registers itself.')
    .optional(),
  clientSecret: clientSecret.describe('Secret of that client: ${DOCS_CLIENT_SECRET}.').optional(),
  privateKey: secret
    .describe('Private key of that client in place of a secret: `{ file: ./hive.pem }`, PEM or JWK.')
    .optional(),
  issuer: secureUrl
    .describe('The only authorization server that may get the secret; default the one that the server names.')
    .optional(),
  clientMetadataUrl: pattern(/^https:\/\/[^/]+\/.+/, 'must be an https:// URL with a path')
    .describe('URL of a metadata document that is the client id, where the authorization server takes one.')
    .optional(),
  scopes: z
    .array(z.string().min(1))
    .describe('Scopes to ask for; default those that the server names.')
    .optional(),
  grant: z
    .enum(['authorization_code', 'client_credentials', 'jwt_bearer'], {
      error: 'must be authorization_code, client_credentials or jwt_bearer',
    })
    .describe(
      'How tokens are got: authorization_code (a person logs in, the default), or without a person client_credentials or jwt_bearer.',
    )
    .optional(),
  assertion: secret
    .describe(
      'JWT that tells who this is, for `grant: jwt_bearer`: `{ file: /var/run/secrets/tokens/mcp }`, read at each login.',
    )
    .optional(),
  idp: z
    .strictObject({
      tokenEndpoint: secureUrl.describe('Where it exchanges the ID token: https://idp.example.com/token.'),
      clientId: z.string().min(1).describe('Client id at the identity provider.'),
      clientSecret: clientSecret.describe('Secret of that client: ${IDP_SECRET}.').optional(),
    })
    .describe('Where `assertion` is an ID token: who exchanges it for one that the server takes (SEP-990).')
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

export type RemoteInput = z.output<typeof remoteSchema>;
