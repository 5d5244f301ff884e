// Prints 30 lines on stderr in odd chunks, then serves; `tools/call` prints the given text.
import { serve, text } from './serve.mjs';

for (let i = 0; i < 30; i++) process.stderr.write(`line ${i}\n`);
process.stderr.write('hal');
process.stderr.write('f a line é\n');
serve({
  'tools/call': ({ arguments: { say = '' } = {} }) => {
    process.stderr.write(say);
    return text('ok');
  },
});
