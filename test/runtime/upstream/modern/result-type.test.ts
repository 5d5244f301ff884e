import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../../src/model/text/json.ts';
import { resultTypeOf, withoutResultType } from '../../../../src/runtime/upstream/modern/result-type.ts';

const types: [result: string, type: string | undefined, without: string][] = [
  ['{"resultType":"complete"}', 'complete', '{}'],
  ['{ "resultType" : "complete" , "a":1}', 'complete', '{  "a":1}'],
  ['{"a":1,"resultType":"x"}', 'x', '{"a":1}'],
  ['{"a":1 , "resultType":"x" }', 'x', '{"a":1  }'],
  ['{"a":1,"resultType":"x","b":{"resultType":"y"}}', 'x', '{"a":1,"b":{"resultType":"y"}}'],
  ['{"a":{"resultType":"y"}}', undefined, '{"a":{"resultType":"y"}}'],
  ['{"a":[{"b":1,"resultType":"y"}],"c":2}', undefined, '{"a":[{"b":1,"resultType":"y"}],"c":2}'],
  ['{"a":"\\",\\"resultType\\":\\"y\\""}', undefined, '{"a":"\\",\\"resultType\\":\\"y\\""}'],
  ['{"result\\u0054ype":"x","a":1}', 'x', '{"a":1}'],
  [`{"a":1,"resultType":"x","b":"${'z'.repeat(5_000)}"}`, 'x', `{"a":1,"b":"${'z'.repeat(5_000)}"}`],
  ['{"resultType":7,"a":1}', undefined, '{"resultType":7,"a":1}'],
];
for (const [text, type, without] of types) {
  test(`resultType of ${text.slice(0, 60)} must be read as ${type}, and be removed without a trace`, () => {
    const found = resultTypeOf(jsonText(text));
    assert.equal(found?.type, type);
    assert.equal(withoutResultType(jsonText(text), found).toString(), without);
  });
}
