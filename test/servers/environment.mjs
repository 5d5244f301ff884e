// A tool tells which environment, arguments and folder it runs with.
import { serve } from './serve.mjs';

serve({
  'tools/call': () => ({
    content: [],
    structuredContent: { env: process.env, argv: process.argv.slice(2), cwd: process.cwd() },
  }),
});
