import { serve, write } from './serve.mjs';

write('\ufeff');
serve();
