/** Reads the format in which the engine sends stdout and stderr over one connection. */
import type { OutputHandlers } from '../../model/engine.ts';

/** Stream type of stderr in a frame's header. */
const STDERR = 2;
const HEADER_BYTES = 8;

/**
 * Splits the engine's one stream into stdout and stderr: frames of `[type, 0, 0, 0, size as 32 bits]` and
 * payload. Payloads are passed on as they arrive, as slices; only a header that is cut by the end of a chunk
 * is copied.
 */
export function demultiplexer(output: OutputHandlers): (chunk: Buffer) => void {
  const header = Buffer.alloc(HEADER_BYTES);
  let headerBytes = 0;
  let payloadLeft = 0;

  function pass(part: Buffer): void {
    payloadLeft -= part.length;
    if (header[0] === STDERR) output.stderr(part);
    else output.stdout(part);
  }

  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (payloadLeft > 0) {
        const end = Math.min(chunk.length, at + payloadLeft);
        pass(chunk.subarray(at, end));
        at = end;
      } else {
        const copied = chunk.copy(header, headerBytes, at, at + HEADER_BYTES - headerBytes);
        at += copied;
        headerBytes += copied;
        if (headerBytes < HEADER_BYTES) return;
        headerBytes = 0;
        payloadLeft = header.readUInt32BE(4);
      }
    }
  };
}
