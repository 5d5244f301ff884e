/** `hive token`: makes a bearer token for the gateway. */
import { createHash, randomBytes } from 'node:crypto';

/** The token is shown once. The config file gets its digest, from which the token cannot be derived. */
export function token(name: string, options: { readonly json?: boolean }): void {
  const text = `hive_${randomBytes(32).toString('base64url')}`;
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ name, token: text, digest })}\n`);
    return;
  }
  process.stdout.write(`${text}\n`);
  process.stderr.write(`
This is the token; it is not shown again. Clients send it in the header  Authorization: Bearer TOKEN
Put its digest into the config file:

auth:
  tokens:
    ${name}: ${digest}
`);
}
