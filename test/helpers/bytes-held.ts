/** Measures the memory that this process holds. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** Bytes that this process still references, buffers included. The size of the process would not do: it hardly ever shrinks. */
export function bytesHeld(): number {
  collect();
  // The first collection only marks buffers as free; the second subtracts them.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
