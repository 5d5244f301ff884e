/** Kinds of JSON-RPC messages, and their text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnvelope } from '../../src/wire/envelope.ts';
import {
  errorObject,
  errorText,
  messageKind,
  notificationText,
  requestText,
  resultText,
} from '../../src/wire/message.ts';

for (const [text, expected] of [
  ['{"id":1,"method":"x"}', 'request'],
  ['{"id":"1","method":"x","params":{}}', 'request'],
  ['{"id":{},"method":"x"}', 'request'],
  ['{"method":"x"}', 'notification'],
  ['{"id":null,"method":"x"}', 'notification'],
  ['{"id":1,"method":"x","result":1,"error":{}}', 'request'],
  ['{"id":1,"method":7}', undefined],
  ['{"method":7}', undefined],
  ['{"id":1,"method":7,"result":1}', 'result'],
  ['{"id":1,"result":null}', 'result'],
  ['{"id":null,"result":1}', 'result'],
  ['{"id":1,"result":1,"error":null}', 'result'],
  ['{"id":1,"error":{}}', 'error'],
  ['{"id":1,"result":1,"error":{}}', 'error'],
  ['{"id":1,"error":"text"}', undefined],
  ['{"id":1,"result":1,"error":"text"}', undefined],
  ['{"id":1,"error":null}', undefined],
  ['{"id":1}', undefined],
  ['{"result":1}', undefined],
  ['{"error":{}}', undefined],
  ['{}', undefined],
] as const)
  test(`${text} must be taken for ${expected ?? 'no message'}`, () => {
    const bytes = Buffer.from(text);
    const envelope = readEnvelope(bytes);
    assert.ok(envelope);
    assert.equal(messageKind(bytes, envelope), expected);
  });

for (const method of ['tools/call', 'é', 'a"b', '\u{1f600}x', 'xé'])
  for (const params of [undefined, '{"a":"ü\u{1f600}"}', `{"a":"${'ü'.repeat(10_000)}"}`])
    test(`text of ${method} must hold its params byte for byte: ${params?.length ?? 'none'}`, () => {
      const bytes = params === undefined ? undefined : Buffer.from(params);
      const tail = params === undefined ? '' : `,"params":${params}`;
      const name = JSON.stringify(method);
      assert.equal(
        requestText(7, method, bytes).toString(),
        `{"jsonrpc":"2.0","id":7,"method":${name}${tail}}`,
      );
      assert.equal(notificationText(method, bytes).toString(), `{"jsonrpc":"2.0","method":${name}${tail}}`);
    });

test('an answer must hold its id and its content as they are', () => {
  for (const id of ['"ü"', Buffer.from('"ü"')])
    for (const content of ['{"a" : "é"}', Buffer.from('{"a" : "é"}')]) {
      assert.equal(resultText(id, content).toString(), '{"jsonrpc":"2.0","id":"ü","result":{"a" : "é"}}');
      assert.equal(errorText(id, content).toString(), '{"jsonrpc":"2.0","id":"ü","error":{"a" : "é"}}');
    }
});

test('an error must have data only where it is given, null included', () => {
  assert.equal(errorObject(-1, 'ü').toString(), '{"code":-1,"message":"ü"}');
  assert.equal(errorObject(-1, 'a', null).toString(), '{"code":-1,"message":"a","data":null}');
  assert.equal(errorObject(-1, 'a', { b: 1 }).toString(), '{"code":-1,"message":"a","data":{"b":1}}');
});
