/** Rules between keys of a remote entry. */

import type { Entry } from '../parse/parse.ts';
import type { Tell } from './checked.ts';

type Check = (entry: Entry & { kind: 'remote' }, tell: Tell) => void;

export const REMOTE_CHECKS: readonly Check[] = [
  function oneProof({ serverName, input: { oauth } }, tell) {
    if (oauth?.clientSecret !== undefined && oauth.privateKey !== undefined)
      tell(
        ['oauth', 'privateKey'],
        `server "${serverName}" has both oauth.clientSecret and oauth.privateKey`,
        'keep the one that its client was registered with',
        'key',
      );
  },
  function proofNeedsClient({ serverName, input: { oauth } }, tell) {
    const proof = (['clientSecret', 'privateKey', 'issuer'] as const).find(
      (key) => oauth?.[key] !== undefined,
    );
    if (proof && oauth?.clientId === undefined)
      tell(
        ['oauth', proof],
        `"oauth.${proof}" of server "${serverName}" is of no client`,
        'name the client: clientId',
        'key',
      );
  },
  function machineNeedsProof({ serverName, input: { oauth = {} } }, tell) {
    const { grant, clientId, clientSecret, privateKey, assertion } = oauth;
    const proof = grant === 'jwt_bearer' ? assertion : (clientSecret ?? privateKey);
    const isMachine = grant === 'client_credentials' || grant === 'jwt_bearer';
    if (isMachine && (clientId === undefined || proof === undefined))
      tell(
        ['oauth', 'grant'],
        `server "${serverName}" is to log in by itself, and has no credentials of its own`,
        grant === 'jwt_bearer'
          ? 'add clientId, and assertion: { file: PATH }'
          : 'add clientId, and clientSecret: ${VAR} or privateKey: { file: PATH }',
      );
  },
  function assertionNeedsGrant({ serverName, input: { oauth } }, tell) {
    const key = (['assertion', 'idp'] as const).find((name) => oauth?.[name] !== undefined);
    if (key && oauth?.grant !== 'jwt_bearer')
      tell(
        ['oauth', key],
        `"oauth.${key}" of server "${serverName}" is for grant: jwt_bearer`,
        `add grant: jwt_bearer, or remove ${key}`,
        'key',
      );
  },
];
