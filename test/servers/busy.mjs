// Computes for `ms` in one go: nothing else is heard meanwhile, as from many a real server.
import { serve, text } from './serve.mjs';

serve({
  'tools/call': ({ arguments: { ms = 0 } = {} }) => {
    const end = Date.now() + ms;
    while (Date.now() < end);
    return text('done');
  },
});
