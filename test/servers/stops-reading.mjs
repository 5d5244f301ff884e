// Reads its input up to the first call, and never again.
import { serve } from './serve.mjs';

serve({
  'tools/call': () => {
    process.stdin.pause();
    return undefined;
  },
});
setInterval(() => {}, 1_000);
