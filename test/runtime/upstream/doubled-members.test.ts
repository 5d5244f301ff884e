/** Messages of servers that say a second time what Hive has read: no client gets them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connect, HELLO, parse, script, tool } from './harness.ts';

async function connected() {
  const server = script(HELLO);
  const { upstream, told } = await connect('s', { open: server.open });
  const call = () => {
    const { reply } = upstream.call(tool({}));
    return { reply, id: server.sent.at(-1)?.id };
  };
  return { ...server, upstream, told, call };
}

for (const [key, body] of [
  ['"ResultType"', '"result":{"content":[],"resultType":"complete","ResultType":"input_required"}'],
  ['"resultType"', '"result":{"resultType":"complete","content":[],"resultType":"input_required"}'],
  ['"structuredcontent"', '"result":{"content":[],"structuredcontent":{}}'],
  ['"nextCursor"', '"result":{"nextCursor":"a","nextCursor":"b"}'],
  ['"_META"', '"result":{"_META":{}}'],
  ['"result"', '"result":{},"result":{}'],
  ['"Error"', '"result":{},"Error":{}'],
  ['"Code"', '"error":{"code":-32602,"Code":-32042,"message":"m"}'],
] as const)
  test(`an answer must end its call with an error if it has ${body}`, async () => {
    const { upstream, told, call, sayText } = await connected();
    const { id, reply } = call();
    sayText(`{"jsonrpc":"2.0","id":${id},${body}}`);
    const { code, message, data } = parse(await reply);
    assert.equal((await reply).kind, 'error');
    assert.deepEqual([code, data.code], [-32000, 'SERVER_GARBAGE']);
    assert.ok(message.includes(`in an answer of s, ${key} occurs twice, or in another spelling`), message);
    assert.match(String(told.noise), /is not passed on/);
    await upstream.close(0);
  });

test('an answer with two ids must settle no other call than the last of them names', async () => {
  const { upstream, call, sayText } = await connected();
  const [first, second] = [call(), call()];
  sayText(`{"jsonrpc":"2.0","id":${first.id},"id":${second.id},"result":{}}`);
  assert.equal((await second.reply).kind, 'error');
  sayText(`{"jsonrpc":"2.0","id":${first.id},"result":{}}`);
  assert.equal((await first.reply).kind, 'result');
  await upstream.close(0);
});

test('a notification must be dropped if clients could read another resource, task or level in it', async () => {
  const { upstream, told, sayText } = await connected();
  for (const params of ['{"uri":"a:b","Uri":"c:d"}', '{"level":"debug","level":"error"}', '{"TaskId":"x"}'])
    sayText(`{"jsonrpc":"2.0","method":"notifications/resources/updated","params":${params}}`);
  assert.deepEqual(told.notifications, []);
  sayText('{"jsonrpc":"2.0","method":"notifications/resources/updated","params":{"uri":"a:b"}}');
  assert.equal(told.notifications.length, 1);
  await upstream.close(0);
});

test('a request must be refused if its mode is said twice', async () => {
  const { upstream, sent, sayText } = await connected();
  sayText('{"jsonrpc":"2.0","id":9,"method":"elicitation/create","params":{"mode":"form","Mode":"url"}}');
  const answer = sent.at(-1) as { id?: number; error?: { code: number } };
  assert.deepEqual([answer.id, answer.error?.code], [9, -32602]);
  await upstream.close(0);
});
