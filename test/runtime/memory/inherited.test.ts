import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inheritedVariables, USUAL_VARIABLES } from '../../../src/runtime/memory/inherited.ts';

const ENVIRONMENT = {
  PATH: '/bin',
  LC_ALL: 'C.UTF-8',
  TZ: 'Asia/Tokyo',
  https_proxy: 'http://p:3128',
  SSL_CERT_FILE: '/ca.pem',
  EMPTY: '',
  UNSET: undefined,
  AWS_PROFILE: 'a',
  AWS_REGION: 'b',
  AWSOME: 'c',
  OPENAI_API_KEY: 'secret',
  HIVE_OWNER: 'x',
};

test('only variables that are set and named must be inherited', () => {
  assert.deepEqual(inheritedVariables(['EMPTY', 'UNSET', 'ABSENT', 'PATH'], ENVIRONMENT), {
    EMPTY: '',
    PATH: '/bin',
  });
  assert.deepEqual(inheritedVariables([], ENVIRONMENT), {});
});

test('a pattern must stand for whole names', () => {
  assert.deepEqual(inheritedVariables(['AWS_*'], ENVIRONMENT), { AWS_PROFILE: 'a', AWS_REGION: 'b' });
});

test('every server must get the locale, the proxy and the certificates, and no key', () => {
  const { PATH, LC_ALL, TZ, https_proxy, SSL_CERT_FILE } = ENVIRONMENT;
  const usual = inheritedVariables(USUAL_VARIABLES, ENVIRONMENT);
  assert.deepEqual(usual, { PATH, LC_ALL, TZ, https_proxy, SSL_CERT_FILE });
});

test('the marks of Hive’s own processes must never be inherited', () => {
  const all = inheritedVariables(['*'], ENVIRONMENT);
  assert.equal(all.OPENAI_API_KEY, 'secret');
  assert.equal(all.HIVE_OWNER, undefined);
});
