// Ignores the end of its input and SIGTERM.
import { serve } from './serve.mjs';

process.on('SIGTERM', () => console.error('not yet'));
setInterval(() => {}, 1_000);
serve();
