/** `hive calls capture` and `hive calls --show`: words, and how a call is shown. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { rendered } from '../../../src/cli/terminal/print.ts';
import { CallLines } from '../../../src/cli/watch/call-lines.ts';
import { captureRequest } from '../../../src/cli/watch/capture.ts';
import { shownCall } from '../../../src/cli/watch/shown-call.ts';
import { callOf } from '../../helpers/call-record.ts';

test('capture must be followed by on or off; other words are servers', () => {
  assert.deepEqual(captureRequest(['capture', 'on', 'a', 'b']), { isOn: true, servers: ['a', 'b'] });
  assert.deepEqual(captureRequest(['capture', 'off']), { isOn: false, servers: [] });
  assert.equal(captureRequest(['git']), undefined);
  for (const words of [['capture'], ['capture', 'of'], ['capture', 'off', 'a']])
    assert.throws(() => captureRequest(words), { code: 'USAGE' });
});

const shown = (texts: object): string[] => {
  const call = callOf(texts);
  const line = new CallLines([], Date.now).line(call);
  return stripVTControlCharacters(rendered(shownCall({ ...call, ...texts }, line)))
    .split('\n')
    .slice(1);
};

test('a call must be shown with its request and result, as lines', () => {
  const texts = { request: '{"a":1}', requestLeftOut: 0, reply: '{"b":[]}', replyLeftOut: 0 };
  assert.deepEqual(shown(texts), [
    '  request',
    '    {',
    '      "a": 1',
    '    }',
    '  result',
    '    {',
    '      "b": []',
    '    }',
    '',
  ]);
});

test('a text that was cut must be shown as it is, with what is missing', () => {
  const texts = { outcome: 'lost', request: '', requestLeftOut: 0, reply: '{"b":"x…', replyLeftOut: 2_000 };
  assert.deepEqual(shown(texts), [
    '  request',
    '    none',
    '  error',
    '    {"b":"x…',
    '    (2.0 kB more were not kept)',
    '',
  ]);
});

test('of a call without texts that must be said', () => {
  assert.deepEqual(shown({}), ['  nothing is kept of this call']);
});
