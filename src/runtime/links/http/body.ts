import type { Dispatcher } from 'undici';
import { GatewayError } from '../../../errors.ts';
import { DEFAULT_LIMIT } from '../../../wire/framing.ts';

/** @throws GatewayError MESSAGE_TOO_LARGE */
export async function readBody(body: Dispatcher.ResponseData['body']): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > DEFAULT_LIMIT) {
      body.destroy();
      throw new GatewayError('MESSAGE_TOO_LARGE', `an answer exceeds the limit of ${DEFAULT_LIMIT} bytes`, {
        hint: 'ask the server for less at a time',
      });
    }
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
}
