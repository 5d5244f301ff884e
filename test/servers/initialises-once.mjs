// Takes one `initialize` in its life; a second one it refuses, or with `ignore` does not answer at all.
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
