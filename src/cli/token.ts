import { createHash, randomBytes } from 'node:crypto';

/** Makes a bearer token. It is shown once; the config file gets its digest, from which nobody gets it back. */
export function token(name: string, options: { readonly json?: boolean }): void {
  const text = `hive_${randomBytes(32).toString('base64url')}`;
  const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  if (options.json) {
    process.stdout.write(`${JSON.stringify({ name, token: text, digest })}\n`);
    return;
  }
  process.stdout.write(`${text}\n`);
  process.stderr.write(`
That is the token: it is shown this once. Clients send it as the header  Authorization: Bearer TOKEN
Into the config file goes its digest:

auth:
  tokens:
    ${name}: ${digest}
`);
}
