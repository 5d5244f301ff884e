// Allocates memory until the kernel kills it.
import { serve } from './serve.mjs';

serve({
  'tools/call': () => {
    const held = [];
    for (;;) held.push(Buffer.alloc(16 << 20, 1));
  },
});
