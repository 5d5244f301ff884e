/** What a server may ask a client: only what it has declared, in the mode that it has declared. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askableIn } from '../../../src/edge/shared/askable.ts';
import { MAY_ASK, needsCapability, notAskable, takesUrls } from '../../../src/edge/shared/may-ask.ts';
import { jsonText } from '../../../src/model/text/json.ts';

const ELICIT = 'elicitation/create';
const SAMPLE = 'sampling/createMessage';
const ROOTS = 'roots/list';

type Row = readonly [
  capabilities: object,
  method: string,
  params: string | undefined,
  code: number | undefined,
];

const TABLE: readonly Row[] = [
  [{}, ELICIT, '{}', -32601],
  [{ sampling: {}, roots: {} }, ELICIT, '{}', -32601],
  [{ elicitation: {} }, ELICIT, undefined, undefined],
  [{ elicitation: {} }, ELICIT, '{}', undefined],
  [{ elicitation: { form: {} } }, ELICIT, '{}', undefined],
  [{ elicitation: { url: {} } }, ELICIT, '{}', -32602],
  [{ elicitation: { url: {} } }, ELICIT, undefined, -32602],
  [{ elicitation: { url: {}, form: {} } }, ELICIT, '{"mode":"form"}', undefined],
  [{ elicitation: { url: {} } }, ELICIT, '{"mode":"url"}', undefined],
  [{ elicitation: {} }, ELICIT, '{"mode":"url"}', -32602],
  [{ elicitation: { form: {} } }, ELICIT, '{"mode":"url"}', -32602],
  [{}, SAMPLE, '{}', -32601],
  [{ sampling: {} }, SAMPLE, '{}', undefined],
  [{ sampling: {} }, SAMPLE, undefined, undefined],
  [{ sampling: {} }, SAMPLE, '{"tools":[]}', -32602],
  [{ sampling: {} }, SAMPLE, '{"toolChoice":{}}', -32602],
  [{ sampling: { tools: {} } }, SAMPLE, '{"tools":[],"toolChoice":{}}', undefined],
  [{ elicitation: {} }, ROOTS, undefined, -32601],
  [{ roots: {} }, ROOTS, undefined, undefined],
  [{ roots: {} }, ROOTS, '{"tools":[],"mode":"url"}', undefined],
  [{ elicitation: {}, sampling: {}, roots: {} }, 'vendor/ask', '{}', -32601],
  [{ elicitation: {}, sampling: {}, roots: {} }, 'toString', '{}', -32601],
];

for (const [capabilities, method, params, code] of TABLE)
  test(`${JSON.stringify(capabilities)} must ${code ? 'not ' : ''}allow ${method} ${params}`, () => {
    const request = { method, params: params === undefined ? undefined : jsonText(params) };
    const found = notAskable(
      request as Parameters<typeof notAskable>[0],
      askableIn(JSON.stringify(capabilities)),
    );
    assert.equal(found?.code, code, found?.message);
  });

test('methods that the gateway does not know must need no capability', () => {
  assert.deepEqual([ELICIT, SAMPLE, ROOTS, 'vendor/ask', 'toString', '__proto__'].map(needsCapability), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('only clients that declare it must be sent to a URL', () => {
  for (const [capabilities, expected] of [
    ['{"elicitation":{"url":{}}}', true],
    ['{"elicitation":{"form":{}}}', false],
    ['{"sampling":{"url":{}}}', false],
    ['{}', false],
  ] as const)
    assert.equal(takesUrls(askableIn(capabilities)), expected, capabilities);
});

test('servers may ask during calls, prompts and reads, and during nothing else', () => {
  assert.deepEqual([...MAY_ASK].sort(), ['prompts/get', 'resources/read', 'tools/call']);
});
