// Exits as soon as a tool is called; with `signal`, by a signal.
import { serve } from './serve.mjs';

serve({
  'tools/call': ({ arguments: { signal, code = 7 } = {} }) => {
    console.error('fatal: out of luck');
    if (signal) process.kill(process.pid, signal);
    else process.exit(code);
  },
});
