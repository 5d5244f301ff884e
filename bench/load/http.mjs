/** A minimal HTTP client: one request in flight per kept-alive connection, answers counted but not parsed. */
import { connect } from 'node:net';

const HEAD_END = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/** Bytes of one request. `headers` are `name: value`. */
export function requestBytes({ port, path, headers = [] }, body) {
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    'accept: application/json, text/event-stream',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** Opens a connection; `send` writes a request and calls back once the whole answer has arrived. */
export function openConnection(port, onReady) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let answer = newAnswer();
  let done;
  const settle = (error) => {
    const call = done;
    done = undefined;
    call?.(error);
  };
  socket.once('connect', onReady);
  socket.on('data', (chunk) => {
    const error = answer.take(chunk);
    if (error || answer.isWhole()) settle(error);
  });
  socket.on('error', settle);
  socket.on('close', () => settle(new Error('the connection was closed')));
  return {
    send(request, callback) {
      answer = newAnswer();
      done = callback;
      socket.write(request);
    },
    close: () => socket.destroy(),
  };
}

/** Detects the end of an answer, by its length or its last chunk (event streams end with their answer). */
function newAnswer() {
  let length;
  let got = 0;
  let tail = Buffer.alloc(0);
  let head = Buffer.alloc(0);
  function takeHead(chunk) {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return undefined;
    const text = head.toString('latin1', 0, end);
    if (!text.startsWith('HTTP/1.1 20')) return new Error(head.toString('utf8', 0, 600));
    length = Number(/\r\ncontent-length: *(\d+)/i.exec(text)?.[1] ?? Number.POSITIVE_INFINITY);
    return takeBody(head.subarray(end + 4));
  }
  function takeBody(chunk) {
    got += chunk.length;
    tail = chunk.length >= 5 ? chunk.subarray(-5) : Buffer.concat([tail, chunk]).subarray(-5);
    return undefined;
  }
  return {
    take: (chunk) => (length === undefined ? takeHead(chunk) : takeBody(chunk)),
    isWhole: () => got >= length || (length === Number.POSITIVE_INFINITY && tail.equals(LAST_CHUNK)),
  };
}
