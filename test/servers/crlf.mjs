// Ends its lines with CR LF.
import { serve, write } from './serve.mjs';

serve({}, (message) => write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\r\n\r\n`));
