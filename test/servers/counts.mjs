// Counts its calls.
import { serve, text } from './serve.mjs';

/** Counts the calls answered by this process; a client that gets a number other than its own count shares the process. */
let calls = 0;
serve({
  'tools/list': () => ({ tools: [{ name: 'count', inputSchema: { type: 'object' } }] }),
  'tools/call': () => {
    calls += 1;
    return text(String(calls));
  },
});
