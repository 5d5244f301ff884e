/** Reasons of survivors: who a client is. */
import { because, FAST_PATH, NO_VALUE, type Reasons } from './because.ts';

export const CLIENTS: Reasons = {
  'src/edge/auth/auth.ts': [
    ...because(
      FAST_PATH,
      ['!wanted && request.headers.authorization === undefined', 'false'],
      ['this.#rules?.of !== oauth', 'true'],
    ),
    ...because('no header reads as the text "undefined", which is no bearer token', [
      "authorization ?? ''",
      '(authorization)',
    ]),
  ],
  'src/edge/auth/authenticate.ts': because('a request of Node has a URL', [
    "request.url ?? ''",
    '(request.url)',
  ]),
  'src/edge/auth/jwt.ts': [
    ...because('what cannot be read is no metadata, as what is empty', ['body ?? []', '(body)']),
    ...because(NO_VALUE, ["typeof value === 'object' && value !== null", "(typeof value === 'object')"]),
  ],
};
