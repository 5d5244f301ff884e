/** The capabilities of clients that let servers ask them: read, bounded, kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askableIn, capabilitiesProblem, capabilitiesText } from '../../../src/edge/shared/askable.ts';

const kept = (capabilities: string | undefined): string | undefined =>
  capabilitiesText(askableIn(capabilities));

test('capabilities of more than 8 KiB must be refused', () => {
  assert.equal(capabilitiesProblem({ start: 5, end: 5 + 8 * 1024 }), undefined);
  assert.match(capabilitiesProblem({ start: 5, end: 6 + 8 * 1024 }) ?? '', /larger than 8192 bytes/);
});

test('only capabilities by which a client can be asked must be kept, as it wrote them', () => {
  assert.equal(
    kept('{"roots": { "x":1},"sampling":{},"extra":{},"elicitation":{"form" :{}}}'),
    '{"elicitation":{"form" :{}},"sampling":{},"roots":{ "x":1}}',
  );
  assert.equal(kept('{"roots":{}}'), '{"roots":{}}');
});

test('capabilities that are no objects must count as not declared', () => {
  for (const text of [
    '{"roots":true}',
    '{"roots":null,"sampling":[]}',
    '{"elicitation":"x"}',
    '{}',
    '[]',
    '{"x":{}}',
  ])
    assert.equal(kept(text), undefined, text);
  assert.equal(kept(undefined), undefined);
  assert.equal(kept('{"roots":1,"sampling":{}}'), '{"sampling":{}}');
});
