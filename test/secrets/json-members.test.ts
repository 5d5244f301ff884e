/** Members of JSON that their names say are secret. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutSecretMembers } from '../../src/secrets/json-members.ts';

for (const [what, json, shown] of [
  ['a text of several words', '{"password":"one two, three"}', '{"password":"[redacted]"}'],
  ['a text with quotes in it', String.raw`{"token":"a\"b","x":1}`, '{"token":"[redacted]","x":1}'],
  ['a number', '{"secret": 123456, "x": 2}', '{"secret": "[redacted]", "x": 2}'],
  [
    'a name around the word',
    '{"githubToken":"abc","apiKey":"d"}',
    '{"githubToken":"[redacted]","apiKey":"[redacted]"}',
  ],
  ['a text that was cut off', '{"a":1,"password":"one tw', '{"a":1,"password":"[redacted]'],
  [
    'JSON in a string',
    String.raw`{"text":"{\"password\":\"one \\\"two\\\" three\",\"x\":1}"}`,
    String.raw`{"text":"{\"password\":\"[redacted]\",\"x\":1}"}`,
  ],
  [
    'other members',
    '{"tokens":12,"maxTokens":5,"name":"token"}',
    '{"tokens":12,"maxTokens":5,"name":"token"}',
  ],
] as const)
  test(`${what} must be hidden, and nothing else`, () => assert.equal(withoutSecretMembers(json), shown));

test('hostile texts must take linear time', () => {
  for (const piece of ['"token":"', '\\', '\\"', '"token', '\\"token\\":\\"\\']) {
    const text = piece.repeat(200_000 / piece.length);
    const begin = process.cpuUsage().user;
    withoutSecretMembers(text);
    assert.ok(process.cpuUsage().user - begin < 2_000_000, piece);
  }
});
