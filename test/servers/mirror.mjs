// Returns the params of `mirror` as the result, byte for byte and unparsed.
import { answer, send } from './serve.mjs';

const CALL = Buffer.from('"method":"mirror","params":');
const RESULT = Buffer.from('"result":');

/** Parts of the answer to a `mirror` message; undefined for any other message. */
export function mirrored(line) {
  const at = line.subarray(0, 200).indexOf(CALL);
  return at < 0 ? undefined : [line.subarray(0, at), RESULT, line.subarray(at + CALL.length)];
}

if (process.argv[1]?.endsWith('mirror.mjs')) {
  let rest = [];
  process.stdin.on('data', (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      const line = Buffer.concat([...rest, chunk.subarray(start, end)]);
      rest = [];
      start = end + 1;
      const parts = mirrored(line);
      if (parts) process.stdout.write(Buffer.concat([...parts, Buffer.from('\n')]));
      else void answer(JSON.parse(line)).then((message) => message && send(message));
    }
    if (start < chunk.length) rest.push(chunk.subarray(start));
  });
}
