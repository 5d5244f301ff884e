// Returns every id as a string, and `"error": null` beside each result, without `jsonrpc`.
import { serve, write } from './serve.mjs';

serve({}, ({ id, ...rest }) => write(`${JSON.stringify({ id: String(id), error: null, ...rest })}\n`));
