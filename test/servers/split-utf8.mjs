// Writes its answers byte by byte around every multi-byte character.
import { serve } from './serve.mjs';

let queue = Promise.resolve();
const writeAll = async (bytes) => {
  for (let start = 0; start < bytes.length; ) {
    const end =
      bytes[start] < 0x80
        ? Math.max(
            start + 1,
            bytes.findIndex((byte, i) => i > start && byte >= 0x80),
          )
        : start + 1;
    const until = end < 0 ? bytes.length : end;
    await new Promise((resolve) =>
      process.stdout.write(bytes.subarray(start, until), () => setImmediate(resolve)),
    );
    start = until;
  }
};
serve({}, (message) => {
  const bytes = Buffer.from(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  queue = queue.then(() => writeAll(bytes));
});
