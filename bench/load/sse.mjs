/** A client of the HTTP+SSE transport of 2024-11-05: requests are posted, answers arrive on one event stream per client. */
import { connect } from 'node:net';
import { openConnection, requestBytes } from './http.mjs';

const ANSWER_END = /"id":\d+\}\r?\n/;

/** One client with its own session: `call` resolves when the answer has arrived on the stream. */
export async function openStream({ port, path, body }, size) {
  const stream = connect({ port, host: '127.0.0.1', noDelay: true });
  stream.write(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\naccept: text/event-stream\r\n\r\n`);
  const reader = readerOf(stream);
  const [, endpoint] = await reader.until(/data: (\S+)\r?\n/);
  const posts = await new Promise((resolve) => {
    const connection = openConnection(port, () => resolve(connection));
  });
  const post = (message) =>
    new Promise((resolve, reject) => {
      const request = requestBytes({ port, path: endpoint }, message);
      posts.send(request, (error) => (error ? reject(error) : resolve(undefined)));
    });
  const call = (message, end) => Promise.all([reader.until(end), post(message)]);
  await call(INITIALIZE, ANSWER_END);
  await post('{"jsonrpc":"2.0","method":"notifications/initialized"}');
  const message = body.replaceAll('$ID', '7').replaceAll('$SIZE', size);
  return {
    call: () => call(message, ANSWER_END),
    close() {
      stream.destroy();
      posts.close();
    },
  };
}

const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2024-11-05', capabilities: {}, clientInfo: { name: 'bench', version: '1' } },
});

/** Only the end of each chunk is read: an answer ends with its id and a line end. */
function readerOf(stream) {
  let wanted;
  let tail = '';
  stream.on('data', (chunk) => {
    tail = (tail + chunk.latin1Slice(Math.max(0, chunk.length - 400))).slice(-400);
    const match = wanted?.pattern.exec(tail);
    if (!match) return;
    const { resolve } = wanted;
    wanted = undefined;
    tail = '';
    resolve(match);
  });
  stream.on('error', () => {});
  return {
    until: (pattern) =>
      new Promise((resolve) => {
        wanted = { pattern, resolve };
      }),
  };
}
