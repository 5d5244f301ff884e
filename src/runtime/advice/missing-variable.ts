/** Finds the environment variable whose lack a server complains of. */

/** What marks the name of a secret. */
const SECRET = /(?:KEY|TOKEN|SECRET|PASSWORD|PASSWD|PAT|CREDENTIALS?|API_ID)$/;

const WORD = '[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+';
const NAME = new RegExp(String.raw`\b${WORD}\b`, 'g');

/** Names of errors, not of variables. */
const ERROR_NAME = new RegExp(
  '^(?:ERR|E|CERT|SSL|UNABLE|SELF|DEPTH|MODULE|HTTP|INVALID|UNKNOWN)_' +
    '|_(?:ERROR|FOUND|FAILED|SIGNATURE|CHAIN)$',
);

const GIVEN = 'set|provided|found|defined|configured|specified|given|present|available';
const LACK =
  `(?:(?:not|n't|never) (?:been )?(?:${GIVEN})|required|missing|undefined|unset|empty|needed` +
  String.raw`|not in (?:the )?env\w*)`;

/** `NAME environment variable is not set`, `NAME is required`. */
const NAME_FIRST = new RegExp(
  String.raw`\b(?<name>${WORD})\b['"\x60]?` +
    '(?: (?:env(?:ironment)?(?: |-)?)?(?:variable|var|key|token))?,?' +
    '(?: (?:is|are|was|were|must be|has|have|should be))?(?: either)? ?' +
    `(?:${LACK}|(?<=must be )(?:set|provided|specified|defined))`,
);

/** `Missing NAME`, `please set the NAME environment variable`, `required environment variables: NAME`. */
const LACK_FIRST = new RegExp(
  String.raw`\b(?:missing|required?|requires|(?:please|must) (?:set|provide|define|specify)|need(?:s|ed)?` +
    String.raw`(?: to set)?|no|without|set|provide|export|not (?:set|found|provided))\b` +
    String.raw`(?:[ :,'"\x60]+(?:a|an|the|your|valid|required|following|env(?:ironment)?|variables?|vars?` +
    '|api|key|token|via|or|in|by|with|to|configuration|value|for|setting|one|of|either))*' +
    String.raw`[ :,'"\x60(]*(?<name>${WORD})\b`,
  'i',
);

/** Python's `os.environ['NAME']`. */
const KEY_ERROR = new RegExp(String.raw`\bKeyError: '(?<name>${WORD})'`);

/** Words of a line that lacks something. A name of a secret in it is what is lacking. */
const COMPLAINT = new RegExp(
  String.raw`\b${LACK}|\bno\b|\bplease (?:set|provide)|\bmust\b|\brequires?\b`,
  'i',
);

export function missingVariable(lines: readonly string[]): string | undefined {
  for (const line of lines) {
    const name = missingIn(line);
    if (name !== undefined) return name;
  }
  return undefined;
}

function missingIn(line: string): string | undefined {
  const named =
    KEY_ERROR.exec(line)?.groups?.name ??
    NAME_FIRST.exec(line)?.groups?.name ??
    upperCase(LACK_FIRST.exec(line)?.groups?.name);
  if (named !== undefined && !ERROR_NAME.test(named)) return named;
  if (!COMPLAINT.test(line)) return undefined;
  return line.match(NAME)?.find((name) => SECRET.test(name) && !ERROR_NAME.test(name));
}

/** The pattern reads words in either case, but the name itself must be in capitals. */
const upperCase = (name: string | undefined): string | undefined =>
  name !== undefined && name === name.toUpperCase() ? name : undefined;
