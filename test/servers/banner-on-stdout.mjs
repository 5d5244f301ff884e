// Prints a banner on stdout before it serves.
import { serve, write } from './serve.mjs';

write('\x1b[1;32m=== My MCP server v1.2 ===\x1b[0m\n\nListening on stdio\n{"level":"info","msg":"ready"}\n');
serve({
  'tools/call': (params) => {
    console.log('called');
    return { content: [], structuredContent: params.arguments };
  },
});
