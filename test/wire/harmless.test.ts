/** JSON of servers that people or models read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../src/model/text/json.ts';
import { harmlessJson, harmlessParams } from '../../src/wire/harmless.ts';

const cleaned = (text: string): string => harmlessJson(jsonText(text)).toString();

test('escapes must be shown, and colours be dropped, however they are written', () => {
  assert.equal(cleaned('{"data":"\\u001b[31mred\\u001B[0m\\u001b[2J"}'), '{"data":"red\\\\x1b[2J"}');
  assert.equal(cleaned('{"a":["\u009b2J\\u202e"]}'), '{"a":["\\\\x9b2J\\\\u202e"]}');
  assert.equal(cleaned('{"a":"x\\by"}'), '{"a":"x\\\\x08y"}');
});

test('harmless text must stay byte for byte', () => {
  const text = '{"n":12345678901234567890,"s":"ü \\u00fc \\n 1"}';
  const json = jsonText(text);
  assert.equal(harmlessJson(json), json);
});

test('only log messages must be changed', () => {
  const params = jsonText('{"data":"\\u001b[2J"}');
  assert.equal(harmlessParams('notifications/progress', params), params);
  assert.notEqual(harmlessParams('notifications/message', params), params);
  assert.equal(harmlessParams('notifications/message', undefined), undefined);
});
