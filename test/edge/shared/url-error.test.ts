/** A client gets the error that has it open a URL only if it has declared that it can. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { urlsForPeople } from '../../../src/edge/shared/url-error.ts';
import type { Reply } from '../../../src/model/calls.ts';
import { toJson } from '../../../src/model/text/json.ts';
import { callerOf } from '../../helpers/caller.ts';

const elicitation = (url: unknown) => ({ mode: 'url', elicitationId: 'e', url, message: 'visit' });
const error = (data: unknown, code = -32042): Reply => ({
  kind: 'error',
  json: toJson({ code, message: 'Log in\nfirst', data }),
});
const REQUIRED = error({ elicitations: [elicitation('https://x.test/login?state=1')] });

for (const capabilities of [undefined, '{"elicitation":{}}', '{"elicitation":{"form":{}}}', '{"roots":{}}'])
  test(`a client that has declared ${capabilities ?? 'nothing'} must get an error that says which URL to open`, () => {
    const { kind, json } = urlsForPeople('s', REQUIRED, callerOf({ capabilities }));
    const hint = 'open https://x.test/login?state=1 in a browser, then call again';
    assert.deepEqual(
      [kind, JSON.parse(String(json))],
      [
        'error',
        {
          code: -31008,
          message: `s needs a client that has: elicitation.url (Log in first); fix: ${hint}`,
          data: { code: 'SERVER_REFUSED', hint },
        },
      ],
    );
  });

test('a client that has declared URL elicitation must get the error as it came', () => {
  assert.equal(
    urlsForPeople('s', REQUIRED, callerOf({ capabilities: '{"elicitation":{"url":{}}}' })),
    REQUIRED,
  );
});

for (const [what, reply] of [
  [
    'result',
    {
      kind: 'result',
      json: toJson({ code: -32042, data: { elicitations: [elicitation('https://x.test/')] } }),
    },
  ],
  ['error with another code', error({ elicitations: [elicitation('https://x.test/')], was: -32042 }, -32000)],
  ['error without URLs', error({ kept: 1.5 })],
  [
    'error whose URL no browser opens',
    error({ elicitations: [elicitation('javascript:alert(1)'), elicitation(7), null] }),
  ],
] as const satisfies readonly (readonly [string, Reply])[])
  test(`any other ${what} must stay as it came`, () => {
    assert.equal(urlsForPeople('s', reply, callerOf()), reply);
  });
