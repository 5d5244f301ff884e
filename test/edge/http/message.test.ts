/** Messages of clients: what is taken, what is refused, and with which id. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClientMessage, errorResponse, paramsOf, readMessage } from '../../../src/edge/http/message.ts';
import { slice } from '../../../src/wire/envelope.ts';

const read = (text: string | Buffer): ClientMessage => readMessage(Buffer.from(text as string));
/** Reads a message with these members and the version. */
const readMembers = (members: string): ClientMessage => read(`{"jsonrpc":"2.0",${members}}`);
const joined = (parts: readonly Buffer[]): string => Buffer.concat([...parts]).toString();

for (const id of ['1', '-1', '0', '9', '1.5', '"a"', '""', '"\\u0061"'])
  test(`the id ${id} must be taken, as it is written`, () => {
    const message = readMembers(`"id":${id},"method":"m"`);
    assert.ok(message.kind === 'request' && message.id.toString() === id);
  });

for (const id of ['true', '[1]', '{}', 'false'])
  test(`the id ${id} must be refused`, () => {
    const message = readMembers(`"id":${id},"method":"m"`);
    assert.ok(message.kind === 'invalid');
    assert.match(joined(message.error), /^\{"jsonrpc":"2.0","id":null,"error":\{"code":-32600,/);
  });

test('text that is no JSON, or no UTF-8, must be a parse error', () => {
  for (const text of ['{', '', '[]', '{} {}', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]) {
    const message = read(text);
    assert.ok(message.kind === 'invalid' && joined(message.error).includes('-32700'), String(text));
  }
});

test('an object that is no message must be refused, and params that are no object with the id', () => {
  const none = readMembers('"id":1');
  assert.ok(none.kind === 'invalid' && joined(none.error).includes('-32600'));
  for (const params of ['[]', '1', '"x"', 'true']) {
    const message = readMembers(`"id":"me","method":"m","params":${params}`);
    assert.ok(message.kind === 'invalid');
    assert.match(joined(message.error), /"id":"me","error":\{"code":-32600,/);
  }
});

for (const version of ['', '"jsonrpc":"1.0",', '"jsonrpc":2.0,', '"jsonrpc":null,', '"jsonrpc":"2.0 ",'])
  test(`a message of version ${version || 'none'} must be refused`, () => {
    for (const rest of ['"id":1,"method":"m"', '"method":"m"', '"id":1,"result":{}']) {
      const message = read(`{${version}${rest}}`);
      assert.ok(message.kind === 'invalid');
      assert.match(joined(message.error), /-32600,"message":"jsonrpc must be \\"2.0\\""/);
    }
  });

test('params of null must count as none', () => {
  const message = readMembers('"id":1,"method":"m","params":null');
  assert.ok(message.kind === 'request' && message.params === undefined);
  assert.deepEqual(paramsOf(message), {});
});

test('params must be found as they are', () => {
  const message = readMembers('"method":"m","params":{"a":[1]}');
  assert.ok(message.kind === 'notification' && message.params && message.method === 'm');
  assert.equal(slice(message.text, message.params).toString(), '{"a":[1]}');
  assert.deepEqual(paramsOf(message), { a: [1] });
});

test('a response must carry its body on one line, and its id as it is written', () => {
  const ok = readMembers('"id":7,"result":{\n"a":1}');
  assert.ok(ok.kind === 'response');
  assert.deepEqual([ok.id.toString(), ok.reply.kind, ok.reply.json.toString()], ['7', 'result', '{ "a":1}']);
  const failed = readMembers('"id":"x","error":{"code":1}');
  assert.ok(failed.kind === 'response');
  assert.deepEqual([failed.reply.kind, failed.reply.json.toString()], ['error', '{"code":1}']);
});

test('an error response must carry its data only if there are any', () => {
  assert.equal(joined(errorResponse(1, 'm')), '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"m"}}');
  assert.equal(
    joined(errorResponse(1, 'm', { a: 1 }, Buffer.from('5'))),
    '{"jsonrpc":"2.0","id":5,"error":{"code":1,"message":"m","data":{"a":1}}}',
  );
});

test('a message must say that it is JSON-RPC 2.0, whatever its kind', () => {
  for (const version of ['"1.0"', '2.0', '"2.0 "', 'null'])
    for (const rest of ['"id":1,"method":"m"', '"method":"m"', '"id":1,"result":{}']) {
      const message = read(`{"jsonrpc":${version},${rest}}`);
      assert.ok(message.kind === 'invalid' && /jsonrpc must be/.test(joined(message.error)), version);
    }
  assert.equal(read('{"id":1,"method":"m"}').kind, 'invalid');
});

test('a doubled member must be refused with the id of the request, unless that is doubled itself', () => {
  const answer = (members: string): string => {
    const message = readMembers(members);
    assert.ok(message.kind === 'invalid', members);
    return joined(message.error);
  };
  assert.match(
    answer('"id":7,"method":"m","method":"n"'),
    /"id":7,"error":\{"code":-32600,.*method.* occurs twice/,
  );
  assert.match(answer('"id":7,"id":8,"method":"m"'), /"id":null,"error":\{"code":-32600,/);
  assert.match(answer('"id":7,"method":"m","Method":"n"'), /"id":7,"error":\{"code":-32600,/);
});

test('a response must be taken with any id, and never be answered with it', () => {
  for (const id of ['null', '{}', '1']) {
    const message = readMembers(`"id":${id},"error":{"code":1}`);
    assert.ok(message.kind === 'response' && message.id.toString() === id, id);
    const broken = read(`{"jsonrpc":"1.0","id":${id},"result":{}}`);
    assert.ok(broken.kind === 'invalid');
    assert.match(joined(broken.error), /^\{"jsonrpc":"2.0","id":null,/);
  }
});

test('a doubled member of the params must be refused as theirs, with the id of the request', () => {
  for (const params of [
    '"name":"a","name":"b"',
    '"name":"a","Name":"b"',
    '"name":"a","_meta":{},"_Meta":{}',
  ]) {
    const message = readMembers(`"id":7,"method":"tools/call","params":{${params}}`);
    assert.ok(message.kind === 'invalid', params);
    assert.match(joined(message.error), /"id":7,"error":\{"code":-32602,.* occurs twice/);
  }
});
