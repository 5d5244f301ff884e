/** Codes of systems become words. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import { test } from 'node:test';
import { systemWords } from '../../../src/model/text/system-errors.ts';

test('a code must have words before it, and stay in parentheses', () => {
  const codes = [
    ...Object.keys(constants.errno),
    'UND_ERR_SOCKET',
    'UND_ERR_REQ_RETRY',
    'UND_ERR_INFO',
    'ENOTFOUND',
    'EAI_AGAIN',
    'CERT_HAS_EXPIRED',
  ];
  for (const code of [...codes, 'HPE_INVALID_CONSTANT', 'ERR_SSL_TLSV1_ALERT', 'CERT_NEW', 'constructor'])
    assert.match(systemWords(code), /^[a-z][A-Za-z -]+( \([A-Z0-9_]+\))?$/, code);
  assert.equal(systemWords('ENOTFOUND'), 'its host name is not known (ENOTFOUND)');
  assert.equal(systemWords('the stream ended'), 'the stream ended');
});
