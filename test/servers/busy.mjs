// Computes until the file is there, in one go: nothing else is heard meanwhile, as from many a real server.
import { existsSync } from 'node:fs';
import { serve, text } from './serve.mjs';

serve({
  'tools/call': ({ arguments: { until = '' } = {} }) => {
    while (!existsSync(until));
    return text('done');
  },
});
