/** Reads the body of a response in slices, so that it holds up nobody else. */
import type { Allowance, ReadSome } from '../allowance.ts';
import { TURN_BYTES } from '../intake.ts';
import { turns } from '../turns.ts';

/** Rejects as the body does. While a slice waits for its turn, the server has to wait as well. */
export async function readInTurns(
  body: AsyncIterable<Buffer>,
  allowance: Allowance,
  read: ReadSome,
): Promise<void> {
  let bytesThisTurn = 0;
  for await (const chunk of body) {
    let unread = allowance.isUsedUp ? chunk : allowance.slice(chunk, read);
    while (unread) unread = await sliceLater(unread, allowance, read);
    bytesThisTurn += chunk.length;
    if (bytesThisTurn < TURN_BYTES) continue;
    bytesThisTurn = 0;
    await new Promise(setImmediate);
  }
}

function sliceLater(chunk: Buffer, allowance: Allowance, read: ReadSome): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const work = (): void => {
      try {
        resolve(allowance.slice(chunk, read));
      } catch (error) {
        reject(error);
      }
    };
    if (allowance.isUsedUp) turns.wait(work, allowance.readingMs(chunk.length));
    else setImmediate(work);
  });
}
