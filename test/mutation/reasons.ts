/** Why a survivor of the mutation run may live, by source file. */

export interface Reason {
  readonly before: string;
  readonly after: string;
  readonly why: string;
}

const reason = (before: string, after: string, why: string): Reason => ({ before, after, why });

const FAST_PATH = 'a shortcut: the way around it gives the same result';
const NO_VALUE = 'the value is never absent there, or counts the same if it is';
const TYPES_ONLY = 'only the types need the condition';

export const REASONS: Readonly<Record<string, readonly Reason[]>> = {
  'src/edge/auth/auth.ts': [
    reason('!wanted && request.headers.authorization === undefined', 'false', FAST_PATH),
    reason("authorization ?? ''", '(authorization)', NO_VALUE),
  ],
  'src/edge/auth/authenticate.ts': [reason("request.url ?? ''", '(request.url)', NO_VALUE)],
  'src/edge/auth/jwt.ts': [
    reason('error instanceof Error', 'true', 'nothing else is thrown there'),
    reason(
      "response.headers.get('content-length') ?? 0",
      "(response.headers.get('content-length'))",
      NO_VALUE,
    ),
    reason('0', '1', 'a length that is not named counts as small either way'),
    reason("typeof value === 'object' && value !== null", "(typeof value === 'object')", NO_VALUE),
  ],
  'src/edge/http/guard.ts': [
    reason('rules = next;', ';', FAST_PATH),
    reason('current !== rules', 'true', FAST_PATH),
    reason('origin === undefined && host !== undefined && host === usual', 'false', FAST_PATH),
    reason('usual = host;', ';', FAST_PATH),
    reason('type === usual.type && accept === usual.accept', 'false', FAST_PATH),
    reason('usual = { type, accept };', ';', FAST_PATH),
    reason('startsWith', 'includes', 'the config takes no name with a bracket inside'),
    reason(
      'URL.parse(origin)?.hostname.toLowerCase()',
      'URL.parse(origin)?.hostname',
      '`URL` gives the hosts of pages in lower case already',
    ),
    reason(
      "URL.parse(origin)?.hostname.toLowerCase() ?? ''",
      '(URL.parse(origin)?.hostname.toLowerCase())',
      NO_VALUE,
    ),
  ],
  'src/edge/http/cors.ts': [
    reason('origin === undefined || !origins.includes(origin)', '(!origins.includes(origin))', TYPES_ONLY),
  ],
};
