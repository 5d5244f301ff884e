/** `Content-Type` and event streams, written as their grammars allow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaType } from '../../../../src/runtime/links/http/response.ts';
import { answerTo, type Bend, link, RESULT, serve } from './served.ts';

for (const [header, type] of [
  ['application/json', 'application/json'],
  ['Application/JSON ; Charset="UTF-8"', 'application/json'],
  [' text/event-stream;charset=utf-8', 'text/event-stream'],
  [['text/event-stream', 'text/plain'], 'text/event-stream'],
  ['application/json-seq', 'application/json-seq'],
  ['', ''],
  [undefined, ''],
] as const)
  test(`the media type of ${JSON.stringify(header)} must be ${JSON.stringify(type)}`, () => {
    const value = typeof header === 'object' ? [...header] : header;
    assert.equal(mediaType({ headers: { 'content-type': value } }), type);
  });

/** Answers a POST with this type and body. */
const answering =
  (type: string, write: (text: string) => string): Bend =>
  ({ method, body }, response) => {
    const text = method === 'POST' ? answerTo(body) : undefined;
    if (text === undefined) return false;
    response.writeHead(200, { 'content-type': type }).end(write(text));
    return true;
  };

for (const [what, type, write] of [
  ['JSON with parameters', 'Application/JSON; Charset=UTF-8', (text: string) => text],
  ['JSON with a BOM', 'application/json;charset=utf-8', (text: string) => `\ufeff${text}`],
  ['events with parameters', 'Text/Event-Stream; charset=utf-8', (text: string) => `data: ${text}\n\n`],
  ['lines that end with CR', 'text/event-stream', (text: string) => `\ufeff: hi\r\rdata:${text}\r\r`],
  [
    'a last event without a blank line',
    'text/event-stream',
    (text: string) => `event: message\ndata: ${text}`,
  ],
  [
    'several lines of data',
    'text/event-stream',
    (text: string) => `data: ${text.replace(',', ',\r\ndata:')}\r\n\r\n`,
  ],
  [
    'events of other types before it',
    'text/event-stream',
    (text: string) => `event: ping\ndata: now\n\ndata: ${text}\n\n`,
  ],
] as const)
  test(`an answer must be read from ${what}`, async (t) => {
    const it = link(t, (await serve(t, answering(type, write))).origin);
    assert.deepEqual((await it.ask()).result, RESULT);
    assert.deepEqual(it.seen.noise, []);
  });

test('an answer of another type must be refused with that type', async (t) => {
  const { origin } = await serve(
    t,
    answering('text/html; charset=utf-8', () => '<html>hello'),
  );
  const { error } = await link(t, origin).ask();
  assert.match(
    error?.message ?? '',
    /is not an MCP server: it answered HTTP 200 with text\/html: <html>hello/,
  );
});

test('a last event that was cut off must not be taken for an answer', async (t) => {
  const { origin } = await serve(
    t,
    answering('text/event-stream', (text) => `data: ${text.slice(0, -1)}`),
  );
  assert.match((await link(t, origin).ask()).error?.message ?? '', /ended without the answer/);
});
