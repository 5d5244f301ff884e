/** Names that suggest a secret value: of variables, headers, options and URL queries. */

const PARTS =
  'key token secret pass pwd auth access cred bearer cookie session dsn private webhook cert sign salt jwt';

/** Short words count only as a whole part of a name: `GITHUB_PAT`, but not `PATTERN`. */
const SHORT_PARTS = 'pat pw pin otp';

const anyOf = (words: string): string => words.replaceAll(' ', '|');

export const SECRET_NAME = new RegExp(`${anyOf(PARTS)}|(?:^|_)(?:${anyOf(SHORT_PARTS)})(?:_|$)`, 'i');
