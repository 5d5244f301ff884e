/** Words that are no commands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COMMANDS } from '../../src/cli/commands.ts';
import { fixOf } from '../../src/cli/login.ts';
import { misused, unknownCommand } from '../../src/cli/stack/other-words.ts';

const known = COMMANDS.map(({ name }) => name);

test('help for a word that is no command must name the one that was meant, as it is typed', () => {
  assert.match(unknownCommand('kill', known, true).hint ?? '', /^did you mean npx hive help stop\? /);
  assert.match(unknownCommand('valdate', known, true).hint ?? '', /^did you mean npx hive help validate\? /);
  assert.match(unknownCommand('frob', known, true).hint ?? '', /^all commands and options: npx hive --help$/);
});

for (const [word, fix] of [
  ['rm', /^npx hive remove db if it was added; .*hive\.yaml, or: npx hive stop db;/],
  ['delete', /^npx hive remove db if it was added; .* npx hive stop db;/],
  ['install', /^find it: npx hive search db; then: npx hive add ENTRY;/],
  ['ui', /^open http:\/\/127\.0\.0\.1:PORT\/ in a browser/],
  ['open', /^open http/],
  ['web', /^open http/],
  ['dashboard', /^open http/],
  ['update', /^did you mean pull\?/],
  ['upgrade', /^did you mean pull\?/],
  ['watch', /npx hive up.*npx hive ps/],
  ['views', /npx hive tools --view NAME/],
  ['resources', /^did you mean tools\?/],
  ['prompts', /^did you mean tools\?/],
  ['exec', /^did you mean call\?/],
  ['env', /npx hive validate.*\.env/],
] as const)
  test(`${word} must lead to what does the same`, () => {
    assert.match(unknownCommand(word, known, false, 'db').hint ?? '', fix);
  });

test('no word that is no command may lead to one that removes what is there', () => {
  const words =
    'rm remove delete del add install instal uninstal unistall dwn donw don kill clean destroy prune';
  for (const word of words.split(' '))
    assert.doesNotMatch(unknownCommand(word, known).hint ?? '', /\b(down|uninstall)\b/, word);
});

test('a word of two letters must bring no command that is near', () => {
  assert.equal(unknownCommand('us', known).hint, 'all commands and options: npx hive --help');
});

test('a word that is not of this shell must be quoted in the fix', () => {
  assert.match(unknownCommand('rm', known, false, 'a b').hint ?? '', /npx hive stop 'a b'/);
});

const optionsOf = (command: string): string[] =>
  (COMMANDS.find(({ name }) => name === command)?.options ?? []).map(([syntax]) => syntax);

for (const [typed, fix] of [
  ['up -f my.yaml', /npx hive up -c my\.yaml$/],
  ['up -d --file=my.yaml', /npx hive up -c my\.yaml$/],
  ['ps --file my.yaml', /npx hive ps -c my\.yaml$/],
  ['up -f', /npx hive up -c FILE$/],
  ['down db', /npx hive stop db$/],
  ['down -c my.yaml db', /npx hive stop db$/],
  ['call echo --text abc', /write text=abc$/],
  ['call echo --text=abc --json', /write text=abc$/],
  ['call echo --recursive', /write recursive=VALUE$/],
  ['op server_show --server db', /write server=db$/],
  ['call echo --json --out x -c y text=1', undefined],
  ['call echo --jsno', undefined],
  ['call --help', undefined],
  ['down -c my.yaml --rmi local -v', undefined],
  ['logs -f db', undefined],
  ['token -f', undefined],
  ['call echo -- -f', undefined],
] as const)
  test(`hive ${typed} must ${fix ? 'lead to what was meant' : 'stay as it is'}`, () => {
    const [command = '', ...words] = typed.split(' ');
    const hint = misused(command, words, optionsOf(command))?.hint;
    if (fix) assert.match(hint ?? '', fix);
    else assert.equal(hint, undefined);
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
