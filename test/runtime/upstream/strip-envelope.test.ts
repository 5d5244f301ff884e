import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonText } from '../../../src/model/text/json.ts';
import { stripEnvelope } from '../../../src/runtime/upstream/strip-envelope.ts';

const P = 'io.modelcontextprotocol/';
const ENVELOPE = `"${P}protocolVersion":"2026-07-28","${P}clientCapabilities":{},"${P}clientInfo":{},"${P}logLevel":"info"`;
const ROWS: [modern: string, legacy: string][] = [
  ['{"name":"a","x":1.0}', '{"name":"a","x":1.0}'],
  [`{"name":"a","_meta":{${ENVELOPE}}}`, '{"name":"a"}'],
  [`{"_meta":{${ENVELOPE}}}`, '{}'],
  [
    `{"_meta":{"progressToken":1,${ENVELOPE},"traceparent":"t"},"name":"a"}`,
    '{"_meta":{"progressToken":1,"traceparent":"t"},"name":"a"}',
  ],
  [
    `{"_meta":{"${P}related-task":{"taskId":"t"},${ENVELOPE}}, "arguments":{"n": 1.0}}`,
    `{"_meta":{"${P}related-task":{"taskId":"t"}},"arguments":{"n": 1.0}}`,
  ],
  ['{"name":"a","inputResponses":{"k":{}}}', '{"name":"a"}'],
];

test('a legacy server must get params without the modern envelope', () => {
  for (const [modern, legacy] of ROWS) assert.equal(String(stripEnvelope(jsonText(modern))), legacy);
  assert.equal(stripEnvelope(undefined), undefined);
});

test('a requestState for a legacy server must be refused, since it never issued one', () => {
  const refused = stripEnvelope(jsonText('{"name":"a","requestState":"x"}'));
  assert.ok(refused && 'kind' in refused);
  assert.equal(JSON.parse(String(refused.json)).code, -32602);
});
