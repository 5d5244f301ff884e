// Writes a file when its input ends.
import { appendFileSync } from 'node:fs';
import { serve } from './serve.mjs';

/** Saves its data only when its input ends. */
serve();
process.stdin.once('end', () => {
  appendFileSync(process.argv[2], 'saved\n');
  process.exit(0);
});
