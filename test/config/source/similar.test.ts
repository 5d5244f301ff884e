import assert from 'node:assert/strict';
import { test } from 'node:test';
import { similar } from '../../../src/config/source/similar.ts';

for (const [word, near] of [
  ['comand', 'command'],
  ['env_file', 'envFile'],
  ['Image', 'image'],
  ['enviroment', undefined],
  ['prot', 'port'],
  ['zzz', undefined],
] as const)
  test(`${word} suggests ${near}`, () =>
    assert.equal(similar(word, ['command', 'envFile', 'image', 'env', 'port', 'ports']), near));
