import { serve, write } from './serve.mjs';

write('Loading… ');
serve();
