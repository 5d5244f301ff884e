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
  await readChunks(body, allowance, (chunk, size) => {
    if (size > DEFAULT_LIMIT_BYTES) throw tooLarge();
    chunks.push(chunk);
  });
  return joined(chunks);
}

/** Errors are short, and the status counts more than the body. */
const MAX_REFUSAL_BYTES = 1024 * 1024;

class Enough extends Error {}

/**
 * The first megabyte of the body of a refusal, which counts for its status even if it cannot be decoded.
 */
export async function readRefusal(body: HttpBody, allowance: Allowance): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    await readChunks(body, allowance, (chunk, size) => {
      chunks.push(chunk);
      if (size >= MAX_REFUSAL_BYTES) throw new Enough();
    });
  } catch (cause) {
    if (cause instanceof UndecodableError) return Buffer.from('(compressed in a way that cannot be decoded)');
    if (!(cause instanceof Enough)) throw cause;
  }
  return joined(chunks).subarray(0, MAX_REFUSAL_BYTES);
}

/** @param take receives each chunk, and how many bytes there are with it; if it throws, the reading ends */
function readChunks(
  body: HttpBody,
  allowance: Allowance,
  take: (chunk: Buffer, size: number) => void,
): Promise<void> {
  let size = 0;
  return readInTurns(body, allowance, (chunk) => {
    size += chunk.length;
    take(chunk, size);
    return undefined;
  });
}

/** One chunk, as most bodies are, is not copied. */
const joined = (chunks: readonly Buffer[]): Buffer =>
  chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);

const tooLarge = (): GatewayError =>
  new GatewayError('MESSAGE_TOO_LARGE', `an answer exceeds the limit of ${DEFAULT_LIMIT_BYTES} bytes`, {
    hint: 'request less data at a time from the server',
  });
