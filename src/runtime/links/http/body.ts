/** Reads the body of a response, within the limit on messages. */
import { GatewayError } from '../../../errors.ts';
import { DEFAULT_LIMIT_BYTES } from '../../../wire/framing.ts';
import type { Allowance } from '../allowance.ts';
import { UndecodableError } from './decoding.ts';
import { readInTurns } from './read-in-turns.ts';
import type { HttpBody } from './response.ts';

/** @throws GatewayError MESSAGE_TOO_LARGE, UndecodableError; and the error of a broken connection */
export async function readBody(body: HttpBody, allowance: Allowance): Promise<Buffer> {
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

/** The same, for the body of a refusal, which counts for its status even if it cannot be decoded. */
export async function readRefusal(body: HttpBody, allowance: Allowance): Promise<Buffer> {
  try {
    return await readBody(body, allowance);
  } catch (cause) {
    if (!(cause instanceof UndecodableError)) throw cause;
    return Buffer.from('(compressed in a way that cannot be decoded)');
  }
}

const tooLarge = (): GatewayError =>
  new GatewayError('MESSAGE_TOO_LARGE', `an answer exceeds the limit of ${DEFAULT_LIMIT_BYTES} bytes`, {
    hint: 'request less data at a time from the server',
  });
