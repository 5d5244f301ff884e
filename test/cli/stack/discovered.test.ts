import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeDiscovered } from '../../../src/cli/stack/describe-server.ts';
import { server } from '../fixtures.ts';

test('discovered servers must be named apart from those of the file, and no line be shown without any', () => {
  const found = server('found', { type: 'discovered' });
  assert.match(describeDiscovered([server('own'), found]) ?? '', /^found \(in no config file/);
  assert.equal(describeDiscovered([server('own')]), undefined);
});
