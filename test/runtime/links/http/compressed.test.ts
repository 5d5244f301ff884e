/** Answers that a server compresses although nobody asked for that. */
import assert from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { test } from 'node:test';
import zlib from 'node:zlib';
import { DEFAULT_LIMIT_BYTES } from '../../../../src/wire/framing.ts';
import { answerTo, type Bend, link, RESULT, serve } from './served.ts';

const ENCODERS: Readonly<Record<string, (text: Buffer) => Buffer>> = {
  gzip: zlib.gzipSync,
  'X-GZip': zlib.gzipSync,
  deflate: zlib.deflateSync,
  'deflate ': zlib.deflateRawSync,
  br: zlib.brotliCompressSync,
  zstd: zlib.zstdCompressSync,
  identity: (text) => text,
  'gzip, br': (text) => zlib.brotliCompressSync(zlib.gzipSync(text)),
  'br, identity, gzip': (text) => zlib.gzipSync(zlib.brotliCompressSync(text)),
};

const encoded =
  (coding: string, encode: (text: Buffer) => Buffer, isStream = false): Bend =>
  ({ method, body }, response) => {
    const text = method === 'POST' ? answerTo(body) : undefined;
    if (text === undefined) return false;
    const type = isStream ? 'text/event-stream' : 'application/json';
    response.writeHead(200, { 'content-type': type, 'content-encoding': coding });
    response.end(encode(Buffer.from(isStream ? `data: ${text}\n\n` : text)));
    return true;
  };

for (const [coding, encode] of Object.entries(ENCODERS))
  test(`an answer in ${JSON.stringify(coding)} must be decoded`, async (t) => {
    for (const isStream of [false, true]) {
      const { origin, seen } = await serve(t, encoded(coding, encode, isStream));
      const it = link(t, origin);
      assert.deepEqual((await it.ask()).result, RESULT);
      assert.equal(seen[0]?.headers['accept-encoding'], 'identity');
      assert.deepEqual(it.seen.noise, []);
    }
  });

for (const [coding, make] of [
  ['gzip', () => zlib.createGzip()],
  ['br', () => zlib.createBrotliCompress()],
  ['zstd', () => zlib.createZstdCompress()],
] as const)
  test(`an event stream in ${coding} must be read while it goes on`, async (t) => {
    const event = 'data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n';
    const encoder = make();
    let rest = '';
    const { origin } = await serve(t, ({ method, body }, response: ServerResponse) => {
      if (method !== 'POST') return false;
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': coding });
      encoder.pipe(response);
      encoder.write(event);
      encoder.flush(() => {});
      rest = `data: ${answerTo(body)}\n\n`;
      return true;
    });
    const it = link(t, origin);
    const answer = it.ask();
    await it.seen.until(() => it.seen.messages.length === 1);
    encoder.end(rest);
    assert.deepEqual((await answer).result, RESULT);
  });

for (const [what, coding, body, expected] of [
  [
    'an encoding that is not known',
    'aes128gcm',
    () => Buffer.alloc(50, 0xfe),
    /aes128gcm, which Hive does not decode/,
  ],
  ['too many encodings', 'gzip, gzip, gzip, gzip, gzip', zlib.gzipSync, /gzip, gzip, .*does not decode/],
  [
    'something else than it says',
    'gzip',
    () => Buffer.from('\xfe\xfd\x00plain', 'latin1'),
    /content-encoding: gzip, and is not/,
  ],
  ['something else than it says', 'br', () => Buffer.alloc(50, 0xfe), /content-encoding: br, and is not/],
] as const)
  test(`${what} (${coding}) must be named, and its bytes not be shown`, async (t) => {
    const { origin } = await serve(t, encoded(coding, body));
    const it = link(t, origin);
    const { error } = await it.ask();
    assert.match(error?.message ?? '', expected);
    assert.match(error?.data.hint ?? '', /compression/);
    assert.doesNotMatch(JSON.stringify([error, it.seen.noise]), /\\ufffd|þ|ý|plain/);
  });

test('a refusal must keep its status, and its text if that can be decoded', async (t) => {
  const refuse =
    (coding: string, body: Buffer): Bend =>
    (_seen, response) => {
      response.writeHead(503, { 'content-encoding': coding }).end(body);
      return true;
    };
  const message = async (bend: Bend): Promise<string> =>
    (await link(t, (await serve(t, bend)).origin).ask()).error?.message ?? '';
  assert.match(await message(refuse('gzip', zlib.gzipSync('resting'))), /HTTP 503: resting/);
  assert.match(await message(refuse('x-own', Buffer.alloc(9, 0xfe))), /HTTP 503: \(compressed/);
});

test('a small body that becomes a huge one must be cut off at the limit', async (t) => {
  const bomb = zlib.gzipSync(Buffer.alloc(DEFAULT_LIMIT_BYTES + 1, 0x20));
  const { origin } = await serve(
    t,
    encoded('gzip', () => bomb),
  );
  const { error } = await link(t, origin).ask();
  assert.match(error?.message ?? '', /exceeds the limit/);
});
