/** Reasons of survivors: who a client is. */
import { because, FAST_PATH, NO_VALUE, type Reasons } from './because.ts';

export const CLIENTS: Reasons = {
  'src/edge/auth/auth.ts': [
    ...because(FAST_PATH, ['!wanted && request.headers.authorization === undefined', 'false']),
    ...because(NO_VALUE, ["authorization ?? ''", '(authorization)']),
  ],
  'src/edge/auth/authenticate.ts': because(NO_VALUE, ["request.url ?? ''", '(request.url)']),
  'src/edge/auth/jwt.ts': [
    ...because('nothing else is thrown there', ['error instanceof Error', 'true']),
    ...because(
      NO_VALUE,
      ["response.headers.get('content-length') ?? 0", "(response.headers.get('content-length'))"],
      ["typeof value === 'object' && value !== null", "(typeof value === 'object')"],
      ['0', '1'],
    ),
  ],
};
