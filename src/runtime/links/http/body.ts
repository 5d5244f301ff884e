/** Reads the body of a response, within the limit on messages. */
import type { Dispatcher } from 'undici';
import { GatewayError } from '../../../errors.ts';
import { DEFAULT_LIMIT_BYTES } from '../../../wire/framing.ts';
import type { Allowance } from '../allowance.ts';
import { readInTurns } from './read-in-turns.ts';

/** @throws GatewayError MESSAGE_TOO_LARGE; and the error of a broken connection */
export async function readBody(body: Dispatcher.ResponseData['body'], allowance: Allowance): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  await readInTurns(body, allowance, (chunk) => {
    size += chunk.length;
    if (size > DEFAULT_LIMIT_BYTES) throw tooLarge();
    chunks.push(chunk);
    return undefined;
  });
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}

const tooLarge = (): GatewayError =>
  new GatewayError('MESSAGE_TOO_LARGE', `an answer exceeds the limit of ${DEFAULT_LIMIT_BYTES} bytes`, {
    hint: 'request less data at a time from the server',
  });
