/** A strict reader of what a connection received: whole HTTP responses, of which the last may be cut. */
import assert from 'node:assert/strict';

export interface Response {
  readonly status: number;
  readonly body: string;
  /** False if the connection ended before the body did. */
  readonly isWhole: boolean;
}

const STATUS = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/;
const HEADER = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ?([^\r\n\0]*)\r\n/;

/**
 * @param received bytes as Latin-1
 * @param mayBeHead true if a request may have been HEAD, whose response has no body
 */
export function readResponses(received: string, mayBeHead: boolean): Response[] {
  const responses: Response[] = [];
  let rest = received;
  while (rest !== '') {
    const read = readResponse(rest, mayBeHead);
    // Its head is cut: the client had hung up.
    if (!read) break;
    rest = read.rest;
    responses.push(read.response);
  }
  return responses;
}

function readResponse(text: string, mayBeHead: boolean): { response: Response; rest: string } | undefined {
  if (!text.includes('\r\n\r\n')) return undefined;
  const line = STATUS.exec(text);
  assert.ok(line, `not a response: ${JSON.stringify(text.slice(0, 100))}`);
  const status = Number(line[1]);
  const headers = new Map<string, string>();
  let rest = text.slice(line[0].length);
  while (!rest.startsWith('\r\n')) {
    const header = HEADER.exec(rest);
    assert.ok(header, `not a header: ${JSON.stringify(rest.slice(0, 100))}`);
    headers.set((header[1] ?? '').toLowerCase(), header[2] ?? '');
    rest = rest.slice(header[0].length);
  }
  return readBody(status, headers, rest.slice(2), mayBeHead);
}

function readBody(status: number, headers: Map<string, string>, text: string, mayBeHead: boolean) {
  const length = headers.get('content-length');
  const isBodiless =
    status < 200 || status === 204 || status === 304 || (mayBeHead && /^(HTTP\/|$)/.test(text));
  if (isBodiless) return { response: { status, body: '', isWhole: true }, rest: text };
  if (headers.get('transfer-encoding') === 'chunked') return readChunks(status, text);
  // Without a length the body ends with the connection.
  const size = length === undefined ? text.length : Number(length);
  assert.ok(Number.isSafeInteger(size) && size >= 0, `content-length ${length}`);
  const body = text.slice(0, size);
  return { response: { status, body, isWhole: body.length === size }, rest: text.slice(size) };
}

function readChunks(status: number, text: string) {
  let body = '';
  let rest = text;
  for (;;) {
    const line = /^([0-9a-fA-F]+)\r\n/.exec(rest);
    if (!line) break;
    const size = Number.parseInt(line[1] ?? '', 16);
    const end = line[0].length + size;
    body += rest.slice(line[0].length, end);
    if (size === 0 && rest.startsWith('\r\n', end))
      return { response: { status, body, isWhole: true }, rest: rest.slice(end + 2) };
    if (rest.length < end + 2) break;
    assert.equal(rest.slice(end, end + 2), '\r\n', 'the end of a chunk');
    rest = rest.slice(end + 2);
  }
  assert.ok(
    /^[0-9a-fA-F]*\r?$|^[0-9a-fA-F]+\r\n/.test(rest),
    `not a chunk: ${JSON.stringify(rest.slice(0, 100))}`,
  );
  return { response: { status, body, isWhole: false }, rest: '' };
}
