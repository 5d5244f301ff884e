/** A server that answers every request with a prepared body, as cheaply as Node can: the upper limit of what the client can measure. */
import { createServer } from 'node:net';
import { portOf } from './port.mjs';

const answers = new Map();

function answerOf(size) {
  if (!answers.has(size)) {
    const body = `{"jsonrpc":"2.0","id":1,"result":{"text":"${'x'.repeat(size)}"}}`;
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    answers.set(size, Buffer.from(head + body));
  }
  return answers.get(size);
}

/** Requests arrive in one piece, since the client waits for each answer. */
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (chunk) => {
    const size = /"size":(\d+)/.exec(chunk.toString('latin1'))?.[1] ?? 2;
    socket.write(answerOf(Number(size)));
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${portOf(server)}\n`));
