// Prints a banner without a line end before its first message.
import { serve, write } from './serve.mjs';

write('Loading… ');
serve();
