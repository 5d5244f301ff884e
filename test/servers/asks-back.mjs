// Sends a ping and a sampling request during a call, and returns the answers as the result.
import { send, serve } from './serve.mjs';

const waiting = new Map();
const ask = (id, method) =>
  new Promise((resolve) => {
    waiting.set(id, resolve);
    send({ id, method, params: {} });
  });
serve({
  'tools/call': async () => ({
    content: [],
    ping: await ask('p"1', 'ping'),
    sampling: await ask(0, 'sampling/createMessage'),
  }),
});
process.stdin.on('data', (chunk) => {
  for (const line of chunk.toString().split('\n').filter(Boolean)) {
    const message = JSON.parse(line);
    if (message.method === undefined) waiting.get(message.id)?.(message);
  }
});
