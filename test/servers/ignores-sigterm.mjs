// Neither the end of its input nor SIGTERM ends it.
import { serve } from './serve.mjs';

process.on('SIGTERM', () => console.error('not yet'));
setInterval(() => {}, 1_000);
serve();
