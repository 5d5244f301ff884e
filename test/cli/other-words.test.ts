/** Words that are no commands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';
import { fixOf } from '../../src/cli/login.ts';
import { unknownCommand } from '../../src/cli/stack/other-words.ts';

const known = COMMANDS.map(({ name }) => name);

test('help for a word that is no command must name the one that was meant, as it is typed', () => {
  assert.match(unknownCommand('kill', known, true).hint ?? '', /^did you mean npx hive help down\? /);
  assert.match(unknownCommand('valdate', known, true).hint ?? '', /^did you mean npx hive help validate\? /);
  assert.match(unknownCommand('frob', known, true).hint ?? '', /^all commands and options: npx hive --help$/);
});

test('the fix of a login that failed must fit its reason', () => {
  for (const [why, fix] of [
    [
      'Dynamic Client Registration rejected (HTTP 401)',
      /^register a client there.*clientId.*or set a key in `headers`$/,
    ],
    ['Protected resource https://a/x does not match expected https://a', /^write url: https:\/\/a\/x/],
    ['access_denied: no', /^allow the access/],
    ['https://a/token cannot be reached: nothing listens there (ECONNREFUSED)', /^wait until it answers$/],
    ['word', /clientId/],
  ] as const)
    assert.match(fixOf(why), fix);
});
