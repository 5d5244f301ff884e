// Sends between its answers whatever a broken server may send: noise, partial messages, answers with unknown ids, requests, notifications. Argument: seed.
import { methods, send, serve, write } from './serve.mjs';

let state = Number(process.argv[2] ?? 1) >>> 0 || 1;
/** xorshift32: the same seed gives the same output. */
const random = (below) => {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % below;
};
const SAYINGS = [
  () => write('INFO listening on stdio\n'),
  () => write('{"jsonrpc":"2.0","id":\n'),
  () => write('{"level":30,"msg":"json log"}\n'),
  () => write('\u001b[32mgreen\u001b[0m\r\n\n'),
  () => write(Buffer.from([0xff, 0xfe, 0x00, 0x0a])),
  () => send({ id: random(2 ** 31), result: { content: [], structuredContent: { nonce: 'nobody’s' } } }),
  () => send({ id: `x${random(99)}`, error: { code: -1, message: 'about nothing' } }),
  () => send({ id: null, error: { code: -32700, message: 'what?' } }),
  () => send({ id: random(9), method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } }),
  () => send({ id: 'ask', method: 'no/such/method' }),
  () => send({ method: 'notifications/progress', params: { progressToken: random(2 ** 31), progress: 1 } }),
  () => send({ method: 'notifications/message', params: { level: 'info', data: random(99) } }),
  () => send({ method: 'notifications/cancelled', params: { requestId: random(99) } }),
  () => send({ method: 'notifications/tools/list_changed' }),
  () => send({ method: 'notifications/unheard/of', params: [] }),
  () => send({ result: {}, id: {} }),
  () => write('[]\n[{"jsonrpc":"2.0"}]\n"text"\n12\nnull\n'),
];

serve(
  {
    'tools/call': async (params, message) => {
      await new Promise((resolve) => setTimeout(resolve, random(5)));
      return methods['tools/call'](params, message);
    },
  },
  (message) => {
    for (let i = random(4); i > 0; i--) SAYINGS[random(SAYINGS.length)]();
    send(message);
    if (random(10) === 0) send(message);
  },
);
