/** Makes bearer tokens, and the lines with which the config file takes them. */
import { createHash, randomBytes } from 'node:crypto';

/** Names that YAML, in one of its versions, reads as something else than text. */
const NO_TEXT = /^(?:\d.*|y|yes|n|no|on|off|true|false|null)$/i;

export interface NewToken {
  /** For the client: shown once. */
  readonly token: string;
  /** For the config file: the token cannot be derived from it. */
  readonly digest: string;
}

export function newToken(): NewToken {
  const token = `hive_${randomBytes(32).toString('base64url')}`;
  return { token, digest: `sha256:${createHash('sha256').update(token).digest('hex')}` };
}

/** YAML for the config file. */
export const tokenLines = (name: string, digest: string): string =>
  `auth:\n  tokens:\n    ${NO_TEXT.test(name) ? JSON.stringify(name) : name}: ${digest}`;
