/** Refusals in words: which role is needed, and where it is given. */
import type { TooLow } from './decide.ts';

/** The stable code of every refusal for want of a role. */
export const ROLE_TOO_LOW = 'ROLE_TOO_LOW';

/** A sentence, and what to do. */
export interface Refused {
  readonly message: string;
  readonly hint: string;
}

/**
 * @param what the caller asked for, as a noun: `the tool registry_add`
 * @param serverName the built-in server, for a role that its entry lacks
 */
export function inWords({ needs, has, where }: TooLow, what: string, serverName: string): Refused {
  const message = `${what} needs the role \`${needs}\`, and this caller has \`${has}\``;
  const hint =
    where === 'token'
      ? `set \`role: ${needs}\` at the token in the config file (auth.tokens.NAME), or use an access token ` +
        'with the scope of that role (auth.oauth.roles)'
      : `set \`role: ${needs}\` at servers.${serverName} in the config file`;
  return { message, hint };
}
