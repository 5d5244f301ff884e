// tools/call answers with `bytes` bytes of text; the arguments are counted, not returned.
import { serve, text } from './serve.mjs';

serve({
  'tools/call': ({ arguments: { bytes = 0, blob = '' } = {} }) => ({
    ...text('x'.repeat(bytes)),
    got: blob.length,
  }),
});
