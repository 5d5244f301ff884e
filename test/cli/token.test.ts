/** What `hive token` prints is for pasting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { tokenLines } from '../../src/cli/stack/new-token.ts';
import { token } from '../../src/cli/token.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;

for (const name of ['laptop', 'yes', 'null', 'true', '12', '1e3', '0x1', 'ci@example.com'])
  for (const version of ['1.1', '1.2'] as const)
    test(`the lines for the token ${name} must be YAML ${version} for exactly that name`, () => {
      const { auth } = parse(tokenLines(name, DIGEST), { version });
      assert.deepEqual(auth, { tokens: { [name]: DIGEST } });
    });

for (const name of ['a: b', '', 'a\nb', '- x', '#', '"', '-x'])
  test(`a name that the config does not take must be refused: ${JSON.stringify(name)}`, () => {
    assert.throws(() => token(name, {}), { code: 'USAGE', message: /cannot be the name of a token/ });
  });
