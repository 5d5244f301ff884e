/** Resolves the tokens of a file. */
import { defined } from '../../model/collections/defined.ts';
import type { AuthSettings } from '../../model/stack.ts';
import type { SettingsInput } from '../schema/stack.ts';
import { digestOf } from '../schema/tokens.ts';

type TokensInput = NonNullable<NonNullable<SettingsInput['auth']>['tokens']>;

export function resolveTokens(tokens: TokensInput): Pick<AuthSettings, 'tokens' | 'grants'> {
  const all = Object.entries(tokens);
  const digests = all.map(([name, token]) => [name, digestOf(token).slice('sha256:'.length)]);
  const grants = all.flatMap(([name, token]) => {
    const { digest: _, ...grant } = typeof token === 'string' ? { digest: token } : token;
    return Object.keys(grant).length > 0 ? [[name, defined(grant)]] : [];
  });
  return {
    tokens: Object.fromEntries(digests),
    ...(grants.length > 0 && { grants: Object.fromEntries(grants) }),
  };
}
