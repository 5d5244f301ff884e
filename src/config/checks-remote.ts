/** Rules between keys of a remote entry. */
import type { Tell } from './checked.ts';
import type { Entry } from './parse.ts';

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
  function machineNeedsProof({ serverName, input: { oauth } }, tell) {
    const isComplete =
      oauth?.clientId !== undefined && (oauth.clientSecret ?? oauth.privateKey) !== undefined;
    if (oauth?.grant === 'client_credentials' && !isComplete)
      tell(
        ['oauth', 'grant'],
        `server "${serverName}" is to log in by itself, and has no credentials of its own`,
        'add clientId, and clientSecret: ${VAR} or privateKey: { file: PATH }',
      );
  },
];
