/** The in-process link, under the contract of all links and on its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Caller } from '../../../src/model/caller.ts';
import type { ServeInProcess } from '../../../src/model/in-process.ts';
import { openInProcess } from '../../../src/runtime/links/in-process.ts';
import { collect } from '../../contract/collect.ts';
import { linkContract } from '../../contract/link.ts';

const CALL = Buffer.from('"method":"mirror","params":');
const RESULT = Buffer.from('"result":');

/** Answers a request with its params, byte for byte. */
const mirror: ServeInProcess = (send) => ({
  receive(message) {
    const at = message.indexOf(CALL);
    send(Buffer.concat([message.subarray(0, at), RESULT, message.subarray(at + CALL.length)]));
  },
  close: async () => {},
});

const NO_PROCESS = 'a server in this process has no process of its own';
const NO_STREAMS = 'it sends whole messages, and has neither stdout nor stderr';

linkContract({
  name: 'in-process',
  deviations: {
    'a banner counts as noise and loses no message': NO_STREAMS,
    'a banner glued to the first message is cut off': NO_STREAMS,
    'characters split over chunks stay whole': NO_STREAMS,
    'stderr is kept apart from messages': NO_STREAMS,
    'the last output of a dying server is reported once, before its exit code': NO_PROCESS,
    'an exit during a call is reported with its exit code': NO_PROCESS,
    'close ends a server that ignores everything': NO_PROCESS,
    'close also ends processes that the server started': NO_PROCESS,
  },
  open: async (server, seen) => {
    assert.equal(server, 'mirror');
    const link = openInProcess('mirror', mirror, seen.events);
    return { link, seen, dispose: async () => {}, left: async () => [] };
  },
});

const PING = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}');

test('an answer must not arrive before `send` has returned', async () => {
  const seen = collect();
  const link = openInProcess(
    'x',
    (send) => ({ receive: () => send(Buffer.from('{"id":1,"result":{}}')), close: async () => {} }),
    seen.events,
  );
  const sent = link.send(PING);
  assert.equal(seen.messages.length, 0);
  await sent;
  await seen.until(() => seen.messages.length === 1);
  await link.close(0);
});

test('the caller of a message must reach the server', async () => {
  const callers: (Caller | undefined)[] = [];
  const link = openInProcess(
    'x',
    () => ({ receive: (_, caller) => void callers.push(caller), close: async () => {} }),
    collect().events,
  );
  const caller: Caller = { principal: 'token:ann', sessionId: 's', era: 'modern', profile: '' };
  await link.send(PING, undefined, caller);
  await link.send(PING);
  assert.deepEqual(callers, [caller, undefined]);
  await link.close(0);
});

test('a defect of the server must end its connection with the reason, once, and nothing else', async () => {
  const seen = collect();
  let closes = 0;
  const serve: ServeInProcess = () => ({
    receive: () => {
      throw new Error('no such table');
    },
    close: async () => void closes++,
  });
  const link = openInProcess('x', serve, seen.events);
  await link.send(PING);
  await seen.until(() => seen.closed.length > 0);
  await assert.rejects(link.send(PING), { code: 'SERVER_EXITED' });
  assert.equal(closes, 1);
  await link.close(0);
  assert.deepEqual(seen.closed, [{ message: 'no such table' }]);
});

test('a server that never finishes closing must not outlast the grace, nor speak after it', async () => {
  const seen = collect();
  let say = (): void => {};
  const serve: ServeInProcess = (send) => {
    say = () => send(Buffer.from('{"id":1,"result":{}}'));
    return { receive: () => {}, close: () => new Promise(() => {}) };
  };
  const link = openInProcess('x', serve, seen.events);
  await link.close(1);
  say();
  assert.deepEqual(seen.closed, [{}]);
  assert.deepEqual(seen.messages, []);
});

test('what is no message must be noise with its size', () => {
  const seen = collect();
  let say: (bytes: Buffer) => void = () => {};
  const serve: ServeInProcess = (send) => {
    say = send;
    return { receive: () => {}, close: async () => {} };
  };
  openInProcess('x', serve, seen.events);
  say(Buffer.from('hello'));
  assert.deepEqual(seen.noise, [['hello', 5]]);
});
