/** Rules between keys of a remote entry: which credentials its login needs. */
import type { EntryOf } from '../parse/parse.ts';
import type { Flag } from './checked.ts';
import { checkWrittenUrl } from './urls.ts';

export const REMOTE_CHECKS: readonly ((entry: EntryOf<'remote'>, flag: Flag) => void)[] = [
  checkWrittenUrl,
  checkOneCredential,
  checkClient,
  checkUnattendedLogin,
  checkAssertion,
];

function checkOneCredential({ serverName, input: { oauth } }: EntryOf<'remote'>, flag: Flag): void {
  if (oauth?.clientSecret !== undefined && oauth.privateKey !== undefined)
    flag(
      ['oauth', 'privateKey'],
      `server "${serverName}" has both oauth.clientSecret and oauth.privateKey`,
      'keep the one that its client was registered with',
      'key',
    );
}

function checkClient({ serverName, input: { oauth } }: EntryOf<'remote'>, flag: Flag): void {
  const keys = ['clientSecret', 'privateKey', 'issuer'] as const;
  const key = keys.find((name) => oauth?.[name] !== undefined);
  if (key && oauth?.clientId === undefined)
    flag(
      ['oauth', key],
      `"oauth.${key}" of server "${serverName}" needs a client`,
      'name the client: clientId',
      'key',
    );
}

function checkUnattendedLogin({ serverName, input: { oauth = {} } }: EntryOf<'remote'>, flag: Flag): void {
  const { grant, clientId, clientSecret, privateKey, assertion } = oauth;
  if (grant !== 'client_credentials' && grant !== 'jwt_bearer') return;
  const credential = grant === 'jwt_bearer' ? assertion : (clientSecret ?? privateKey);
  if (clientId === undefined || credential === undefined)
    flag(
      ['oauth', 'grant'],
      `server "${serverName}" is to log in by itself, but has no credentials`,
      grant === 'jwt_bearer'
        ? 'add clientId, and assertion: { file: PATH }'
        : 'add clientId, and clientSecret: ${VAR} or privateKey: { file: PATH }',
    );
}

function checkAssertion({ serverName, input: { oauth } }: EntryOf<'remote'>, flag: Flag): void {
  const key = (['assertion', 'idp'] as const).find((name) => oauth?.[name] !== undefined);
  if (key && oauth?.grant !== 'jwt_bearer')
    flag(
      ['oauth', key],
      `"oauth.${key}" of server "${serverName}" is for grant: jwt_bearer`,
      `add grant: jwt_bearer, or remove ${key}`,
      'key',
    );
}
