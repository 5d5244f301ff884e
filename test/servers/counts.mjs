import { serve, text } from './serve.mjs';

/** Counts the calls that this process has answered: whoever sees another number than their own shares it. */
let calls = 0;
serve({
  'tools/list': () => ({ tools: [{ name: 'count', inputSchema: { type: 'object' } }] }),
  'tools/call': () => {
    calls += 1;
    return text(String(calls));
  },
});
