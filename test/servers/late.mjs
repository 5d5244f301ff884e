// Becomes ready once a file exists.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { serve } from './serve.mjs';

/** Answers `initialize` once the file exists; the words in the file are the tools. "crash" makes it exit immediately. */
const [file] = process.argv.slice(2);
const words = () => readFileSync(file, 'utf8').split(/\s+/).filter(Boolean);

serve({
  initialize: async ({ protocolVersion }) => {
    while (!existsSync(file) || words().length === 0) await setTimeout(20);
    if (words().includes('crash')) process.exit(3);
    return {
      protocolVersion,
      capabilities: { tools: { listChanged: true } },
      serverInfo: { name: 'late', version: '1' },
    };
  },
  'tools/list': () => ({ tools: words().map((name) => ({ name, inputSchema: { type: 'object' } })) }),
});
