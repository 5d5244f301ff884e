/** The event stream of a response (WHATWG HTML 9.2), and where to continue it. */
import type { IncomingMessage } from 'node:http';
import { DEFAULT_LIMIT_BYTES } from '../../wire/framing.ts';
import { sseReader } from '../../wire/sse.ts';

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

/** How far a stream has been read. */
export interface Position {
  /** For `Last-Event-ID`. */
  lastId: string | undefined;
  /** Time to wait before the stream is continued. */
  retryMs: number;
}

export const atStart = (): Position => ({ lastId: undefined, retryMs: RETRY_MS });

/**
 * Reads to the end of the response, and moves `position`.
 *
 * @param take receives the data of each event that has any
 * @throws the network's error
 */
export async function readEvents(
  response: IncomingMessage,
  position: Position,
  take: (data: Buffer) => void,
): Promise<void> {
  const read = sseReader(
    {
      event({ data, id }) {
        position.lastId = id;
        if (data.length > 0) take(data);
      },
      retry(ms) {
        position.retryMs = Math.min(ms, MAX_RETRY_MS);
      },
      // The gateway keeps to the same limit.
      tooLarge: () => {},
    },
    DEFAULT_LIMIT_BYTES,
  );
  for await (const chunk of response) read(chunk as Buffer);
}
