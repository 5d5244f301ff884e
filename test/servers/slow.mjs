// Answers tools/call after `ms`, or as soon as the file `until` exists, and reports cancellations on stderr.
import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { serve, text } from './serve.mjs';

serve({
  'tools/call': async ({ arguments: { ms = 60_000, until } = {} }) => {
    if (until === undefined) await setTimeout(ms);
    else while (!existsSync(until)) await setTimeout(20);
    return text('late');
  },
  'notifications/cancelled': ({ requestId, reason }) =>
    console.error(`cancelled ${typeof requestId} ${reason}`),
});
