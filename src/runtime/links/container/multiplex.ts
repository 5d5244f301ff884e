/** Stream types of the engine's multiplexed format. */
const STDERR = 2;
const HEADER = 8;

export interface MultiplexEvents {
  stdout(chunk: Buffer): void;
  stderr(chunk: Buffer): void;
}

/**
 * Takes apart the engine's one stream into stdout and stderr: frames of `[type, 0, 0, 0, size as 32 bits]` and payload.
 * Payloads are passed on as they arrive, as slices; only a header cut by a chunk's end is copied.
 */
export function demultiplexer(events: MultiplexEvents): (chunk: Buffer) => void {
  const header = Buffer.alloc(HEADER);
  let have = 0;
  let left = 0;

  function payload(part: Buffer): void {
    left -= part.length;
    if (header[0] === STDERR) events.stderr(part);
    else events.stdout(part);
  }

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (left > 0) {
        const end = Math.min(chunk.length, at + left);
        payload(chunk.subarray(at, end));
        at = end;
      } else {
        const copied = chunk.copy(header, have, at, at + HEADER - have);
        at += copied;
        have += copied;
        if (have < HEADER) return;
        have = 0;
        left = header.readUInt32BE(4);
      }
    }
  };
}
