import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reply } from '../../../src/model/calls.ts';
import { jsonText } from '../../../src/model/text/json.ts';
import { ServerRequests } from '../../../src/runtime/upstream/server-requests.ts';

function world() {
  const sent: string[] = [];
  const asked: { readonly method: string; readonly signal: AbortSignal; resolve(reply: Reply): void }[] = [];
  let suspended = 0;
  const requests = new ServerRequests({
    answer: (method, _params, signal) =>
      new Promise((resolve) => {
        asked.push({ method, signal, resolve });
      }),
    suspendTimeouts: () => {
      suspended += 1;
      return () => {
        suspended -= 1;
      };
    },
    post: async (message) => void sent.push(String(message)),
  });
  const ask = (id: string) => requests.handle(jsonText(id), 'roots/list', undefined);
  const answer = async (index: number, json: string): Promise<void> => {
    asked[index]?.resolve({ kind: 'result', json: jsonText(json) });
    await new Promise(setImmediate);
  };
  return { requests, sent, asked, ask, answer, suspended: () => suspended };
}

test('an answer must carry the id as the server wrote it, and timeouts must run again', async () => {
  const { sent, ask, answer, suspended } = world();
  ask('"a\\u0062"');
  assert.equal(suspended(), 1);
  await answer(0, '{"roots":[]}');
  assert.deepEqual(sent, ['{"jsonrpc":"2.0","id":"a\\u0062","result":{"roots":[]}}']);
  assert.equal(suspended(), 0);
});

test('a cancelled request must be aborted and get no answer', async () => {
  const { requests, sent, asked, ask, answer } = world();
  ask('1');
  ask('2');
  requests.cancel(jsonText('{"requestId":1}'));
  assert.deepEqual(
    asked.map(({ signal }) => signal.aborted),
    [true, false],
  );
  await answer(0, '{}');
  await answer(1, '{}');
  assert.deepEqual(sent, ['{"jsonrpc":"2.0","id":2,"result":{}}']);
});

test('a server that asks without end must be refused', () => {
  const { sent, asked, ask } = world();
  for (let id = 0; id <= 100; id++) ask(String(id));
  assert.equal(asked.length, 100);
  assert.match(sent.join(), /^\{"jsonrpc":"2.0","id":100,"error":\{"code":-31005/);
});

test('the end of the connection must abort everything', () => {
  const { requests, asked, ask } = world();
  ask('1');
  requests.close();
  assert.equal(asked[0]?.signal.aborted, true);
});

test('an answered request must make room for another, however many there have been', async () => {
  const { sent, asked, ask, answer } = world();
  for (let id = 0; id < 150; id++) {
    ask(String(id));
    await answer(id, '{}');
  }
  assert.deepEqual([asked.length, sent.filter((text) => text.includes('"error"')).length], [150, 0]);
});

test('of two requests with one id the answer to the first must not make the second forgotten', async () => {
  const { requests, asked, ask, answer } = world();
  ask('1');
  ask('1');
  await answer(0, '{}');
  requests.cancel(jsonText('{"requestId":1}'));
  assert.equal(asked[1]?.signal.aborted, true);
});

test('a cancellation that names no request, or an unknown one, must do nothing', () => {
  const { requests, asked, ask } = world();
  ask('1');
  requests.cancel(undefined);
  for (const params of ['{}', '{"requestId":2}', '{"requestId":"1"}', '[]'])
    requests.cancel(jsonText(params));
  assert.equal(asked[0]?.signal.aborted, false);
});

test('after the end of the connection nothing must count against its bound', () => {
  const { requests, asked, ask } = world();
  for (let id = 0; id < 100; id++) ask(String(id));
  requests.close();
  ask('101');
  assert.equal(asked.length, 101);
});
