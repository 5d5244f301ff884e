// Sends every answer twice, preceded by an answer with an unknown id.
import { send, serve } from './serve.mjs';

serve({}, (message) => {
  send({ id: 999_999_999_999, result: { wrong: true } });
  send({ id: 'abc', result: { wrong: true } });
  send(message);
  send({ ...message, result: { wrong: true } });
});
