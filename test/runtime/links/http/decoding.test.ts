/** The bounds of decoding: how many codings lie on top of each other, and how large a window may be. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { decoded } from '../../../../src/runtime/links/http/decoding.ts';
import type { HttpBody } from '../../../../src/runtime/links/http/response.ts';

async function textOf(coding: string, bytes: Buffer): Promise<string> {
  const source = (async function* () {
    yield bytes;
  })();
  const body = Object.assign(source, { dump: async () => {} }) as unknown as HttpBody;
  const response = { statusCode: 200, headers: { 'content-encoding': coding }, body };
  const chunks: Buffer[] = [];
  for await (const chunk of decoded('http://h/', response).body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const gzipped = (times: number): Buffer =>
  Array.from({ length: times }).reduce((bytes: Buffer) => zlib.gzipSync(bytes), Buffer.from('plain'));
const codings = (count: number): string => Array(count).fill('gzip').join(', ');

test('four codings on top of each other must be decoded, and five not', async () => {
  for (const count of [1, 2, 3, 4]) assert.equal(await textOf(codings(count), gzipped(count)), 'plain');
  await assert.rejects(textOf(codings(5), gzipped(5)), /which Hive does not decode/);
});

/** A frame whose header asks for a window of two to the power of `windowLog` bytes. */
async function zstd(windowLog: number): Promise<Buffer> {
  const encoder = zlib.createZstdCompress({ params: { [zlib.constants.ZSTD_c_windowLog]: windowLog } });
  const chunks: Buffer[] = [];
  encoder.on('data', (chunk: Buffer) => void chunks.push(chunk));
  encoder.write('pl');
  await new Promise<void>((resolve) => encoder.flush(() => resolve()));
  encoder.end('ain');
  await once(encoder, 'end');
  return Buffer.concat(chunks);
}

test('a window of 8 MiB must be decoded, and a larger one not', async () => {
  for (const windowLog of [10, 22, 23]) assert.equal(await textOf('zstd', await zstd(windowLog)), 'plain');
  await assert.rejects(textOf('zstd', await zstd(24)), /content-encoding: zstd, and is not/);
});
