// Writes garbage to stdout as fast as it is read.
import { serve } from './serve.mjs';

serve();
const rubbish = `${'rubbish '.repeat(8_000)}\n`;
const write = () => {
  while (process.stdout.write(rubbish));
  process.stdout.once('drain', write);
};
setTimeout(write, 300);
