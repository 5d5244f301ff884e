// Computes without a pause until the file exists, and answers nothing meanwhile, like many real servers.
import { existsSync } from 'node:fs';
import { serve, text } from './serve.mjs';

serve({
  'tools/call': ({ arguments: { until = '' } = {} }) => {
    while (!existsSync(until));
    return text('done');
  },
});
