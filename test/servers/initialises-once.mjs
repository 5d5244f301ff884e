// Accepts one `initialize`; refuses a second one, or with `ignore` does not answer it.
import { methods, send, serve } from './serve.mjs';

let taken = false;
serve({
  initialize: (params, { id }) => {
    if (!taken) {
      taken = true;
      return methods.initialize(params);
    }
    if (process.argv[2] !== 'ignore') send({ id, error: { code: -32600, message: 'already initialized' } });
    return undefined;
  },
});
