// A tool returns the environment, arguments and working folder of the process.
import { serve } from './serve.mjs';

serve({
  'tools/call': () => ({
    content: [],
    structuredContent: { env: process.env, argv: process.argv.slice(2), cwd: process.cwd() },
  }),
});
