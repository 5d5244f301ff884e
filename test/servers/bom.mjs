// Sends a byte order mark before its first message.
import { serve, write } from './serve.mjs';

write('\ufeff');
serve();
