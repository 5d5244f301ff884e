// Closes the stream that a call names (`close: 'stdin'` or `'stdout'`), and lives on.
import { closeSync } from 'node:fs';
import { methods, serve } from './serve.mjs';

const open = new Set(['stdin', 'stdout']);

serve({
  'tools/call': (params, message) => {
    const { close } = params.arguments ?? {};
    if (close === undefined) return methods['tools/call'](params, message);
    if (open.delete(close)) {
      if (close === 'stdin') process.stdin.destroy();
      closeSync(close === 'stdin' ? 0 : 1);
      setInterval(() => {}, 1_000);
    }
    return undefined;
  },
});
