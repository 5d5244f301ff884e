// Sends its messages as JSON in several lines.
import { serve, write } from './serve.mjs';

serve({}, (message) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message }, null, 2)}\n`));
