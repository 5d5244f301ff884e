// Answers tools/call after `ms`, and says it was cancelled on stderr.
import { serve, text } from './serve.mjs';

serve({
  'tools/call': ({ arguments: { ms = 60_000 } = {} }) =>
    new Promise((resolve) => setTimeout(() => resolve(text('late')), ms)),
  'notifications/cancelled': ({ requestId, reason }) =>
    console.error(`cancelled ${typeof requestId} ${reason}`),
});
