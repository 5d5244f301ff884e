// Reports progress `steps` times, `every` ms apart, then answers.
import { notify, serve, text } from './serve.mjs';

serve({
  'tools/call': async ({ arguments: { steps = 3, every = 5 } = {}, _meta }) => {
    for (let progress = 1; progress <= steps; progress++) {
      await new Promise((resolve) => setTimeout(resolve, every));
      notify('notifications/progress', { progressToken: _meta?.progressToken, progress, total: steps });
    }
    return text(`${typeof _meta?.progressToken}`);
  },
});
