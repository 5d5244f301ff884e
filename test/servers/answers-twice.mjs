// Every answer comes twice, and before it one to a call that nobody made.
import { send, serve } from './serve.mjs';

serve({}, (message) => {
  send({ id: 999_999_999_999, result: { wrong: true } });
  send({ id: 'abc', result: { wrong: true } });
  send(message);
  send({ ...message, result: { wrong: true } });
});
