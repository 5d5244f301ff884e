/** Answers every request with a body made beforehand, as cheaply as node can: what the client alone is able to measure. */
import { createServer } from 'node:net';

const answers = new Map();

function answerOf(size) {
  if (!answers.has(size)) {
    const body = `{"jsonrpc":"2.0","id":1,"result":{"text":"${'x'.repeat(size)}"}}`;
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    answers.set(size, Buffer.from(head + body));
  }
  return answers.get(size);
}

/** The client sends each request in one piece and waits for the answer. */
const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', (chunk) => {
    const size = /"size":(\d+)/.exec(chunk.latin1Slice())?.[1] ?? 2;
    socket.write(answerOf(Number(size)));
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
