/** Secrets that must not leave the gateway by way of logs and reasons. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRedact } from '../../src/secrets/redact.ts';

test('known values must be blanked out wherever they stand', () => {
  const redact = createRedact(['sk-12345', 'sk-12345-long', 'pin4', 'yes']);
  assert.equal(redact('a=sk-12345-long,sk-12345 pin4 yes'), 'a=[redacted],[redacted] [redacted] yes');
});

test('values that overlap must leave nothing of each other', () => {
  assert.equal(createRedact(['abcdefgh', 'defghijkl'])('<abcdefghijkl>'), '<[redacted]>');
});

const PEM = '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADAN\nq83vEjRWeJA=\n-----END PRIVATE KEY-----\n';
const AWKWARD = 'to"k\\en';

for (const [form, secret, printed] of [
  ['a line of a PEM key', PEM, 'q83vEjRWeJA='],
  ['a line of a key with written line ends', PEM.replaceAll('\n', '\\n'), 'MIIEvQIBADAN'],
  ['a text in a JSON key file', JSON.stringify({ private_key: PEM }), 'q83vEjRWeJA='],
  ['a JSON string', AWKWARD, JSON.stringify(AWKWARD).slice(1, -1)],
  ['a string with escaped backslashes', AWKWARD, 'to"k\\\\en'],
  ['a URL-encoded value', 'a b/c+d', 'a%20b%2Fc%2Bd'],
  ['a URL-encoded value in lower case', 'a b/c+d', 'a%20b%2fc%2bd'],
  ['a form-encoded value', 'a b/c+d', 'a+b%2Fc%2Bd'],
  ['the password of a URL', 'postgres://u:dbpw@h/d', 'dbpw'],
  ['the decoded password of a URL', 'postgres://u:p%40ss@h/d', 'p@ss'],
  ['the user of a URL without a password', 'https://ghp_abc@github.example', 'ghp_abc'],
  ['the path of a webhook', 'https://hooks.example/services/T0/abcdefghijklmnop', 'abcdefghijklmnop'],
  ['a token in a query', 'https://x.example/?token=abcde', 'abcde'],
] as const)
  test(`a secret must be recognised as ${form}`, () => {
    assert.equal(createRedact([secret])(`<${printed}>`), '<[redacted]>');
  });

test('a secret URL must not hide its usual words', () => {
  const redact = createRedact(['postgres://postgres:dbpw@h/d?sslmode=require']);
  assert.equal(redact('postgres does require a user'), 'postgres does require a user');
});

for (const [text, expected] of [
  ['postgres://me:pa55@db/x', 'postgres://me:[redacted]@db/x'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
  ['API_KEY=abcdef rest', 'API_KEY=[redacted] rest'],
  ['{"access_token":"abcdef","a":1}', '{"access_token":"[redacted]","a":1}'],
  ['password: hunter2, user: x', 'password: [redacted], user: x'],
  ['started with --api-token abcdef -v', 'started with --api-token [redacted] -v'],
  ['DB_PASS=abcdef', 'DB_PASS=[redacted]'],
  ['https://x.example/?token=abcdef&b=1', 'https://x.example/?token=[redacted]&b=1'],
] as const)
  test(`a credential must be recognised in ${text}`, () => {
    assert.equal(createRedact([])(text), expected);
  });

for (const text of [
  'DATABASE_URL is not set',
  'http://127.0.0.1:8001/mcp',
  'the token has expired',
  'got 12 tokens: ok',
  'see https://x.example/a@b',
])
  test(`an ordinary line must stay as it is: ${text}`, () => {
    assert.equal(createRedact([])(text), text);
  });

test('a hostile log line must not take long', () => {
  const redact = createRedact([]);
  const start = performance.now();
  for (const part of [
    'a.',
    'a-',
    '://',
    '://a:',
    'token ',
    'token=',
    'bearer ',
    'basic a',
    '"',
    '--',
    '--a-',
    '--token ',
  ])
    redact(part.repeat(50_000));
  // Quadratic patterns take minutes.
  assert.ok(performance.now() - start < 5_000);
});

test('many secrets must not make a long text slow', () => {
  const redact = createRedact(Array.from({ length: 500 }, (_, index) => `secret-${index}-value`));
  const start = performance.now();
  redact('secret-1'.repeat(10_000));
  assert.ok(performance.now() - start < 2_000);
});

test('the value of a variable must be shown as its name', () => {
  const redact = createRedact([{ value: '/opt/secret tool', shown: '${TOOL}' }]);
  assert.equal(redact('command not found: /opt/secret tool'), 'command not found: ${TOOL}');
  assert.equal(redact('token=/opt/secret tool'), 'token=${TOOL}');
});

test('a short value must be replaced as a whole word only', () => {
  const redact = createRedact(['node']);
  assert.equal(
    redact('node: nodes are in /x/node_modules'),
    '[redacted]: nodes are in /x/[redacted]_modules',
  );
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
for (const [what, printed] of [
  ['by itself', base64('sesame-8842')],
  ['as the password of Basic', base64('me:sesame-8842')],
  ['with another user', base64('root:sesame-8842')],
  ['with a third user', base64('admin:sesame-8842')],
  ['in the middle', base64('{"p":"sesame-8842","x":1}')],
  ['for URLs', Buffer.from('me:sesame-8842').toString('base64url')],
] as const)
  test(`a secret must be recognised in Base64 ${what}`, () => {
    const found = createRedact([{ value: 'sesame-8842' }])(`got ${printed} here`);
    assert.match(found, /^got \S*\[redacted\]\S* here$/);
    assert.ok(!Buffer.from(found, 'base64').includes('sesame'));
  });

test('a long secret must be recognised where a program breaks it into lines', () => {
  const secret = Array.from({ length: 30 }, (_, index) => `part${index}x`).join('');
  for (const width of [64, 76]) {
    const broken = secret.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
    for (const line of broken) assert.equal(createRedact([secret])(`| ${line} |`), '| [redacted] |');
  }
});

test('a secret that a bound cut in the middle must not show its beginning', () => {
  const redact = createRedact(['correct-horse-battery']);
  const long = 'x'.repeat(600);
  assert.equal(redact(`${long} correct-horse-ba`), `${long} [redacted]`);
  assert.equal(
    redact(`${long} correct-h… (9000 characters)\nnext`),
    `${long} [redacted]… (9000 characters)\nnext`,
  );
  assert.equal(redact('short correct-h'), 'short correct-h');
});

for (const text of [
  'db://user:@host',
  'basicauthentication is on',
  'use --keyboard-layout de',
  'use --tokenizer fast',
])
  test(`what only begins like a credential must stay: ${text}`, () => {
    assert.equal(createRedact([])(text), text);
  });

test('an option must be recognised in capitals too', () => {
  assert.equal(createRedact([])('run --API-TOKEN abcdef'), 'run --API-TOKEN [redacted]');
});

test('of two names of one value the first must be shown, and of two values that begin alike the longer one', () => {
  const same = ['A', 'B'].map((name) => ({ value: 'first-value', shown: `\${${name}}` }));
  assert.equal(createRedact(same)('first-value'), '${A}');
  const alike = ['first-value', 'first-value-and-more', 'first-value-and'].map((value) => ({
    value,
    shown: `<${value.length}>`,
  }));
  for (const order of [alike, alike.toReversed()])
    assert.equal(createRedact(order)('x first-value-and-more first-value'), 'x <20> <11>');
});

test('values must be replaced where they stand, in whatever order they are known', () => {
  const values = ['aaaaaaaa', 'bbbbbbbb', 'cccccccc'];
  for (const order of [values, values.toReversed()])
    assert.equal(
      createRedact(order)('1 bbbbbbbb 2 cccccccc 3 aaaaaaaa 4'),
      '1 [redacted] 2 [redacted] 3 [redacted] 4',
    );
});

test('a short value must be a word from its first character to its last, also at the ends of a text', () => {
  const redact = createRedact(['node']);
  for (const text of ['xnode', 'nodex', '1node', 'nodeé', 'node1 xnode']) assert.equal(redact(text), text);
  assert.equal(redact('node is node'), '[redacted] is [redacted]');
});

const WORD = 'correct-horse-battery';
const long = 'x'.repeat(500);

for (const [length, isHidden] of [
  [5, false],
  [6, true],
  [WORD.length - 1, true],
] as const)
  test(`of a secret that was cut, ${length} characters must ${isHidden ? '' : 'not '}be hidden`, () => {
    const beginning = WORD.slice(0, length);
    const expected = isHidden ? `${long} [redacted]` : `${long} ${beginning}`;
    assert.equal(createRedact([WORD])(`${long} ${beginning}`), expected);
  });

test('a line of 500 characters may have been cut, a shorter one not', () => {
  const redact = createRedact([WORD]);
  const line = (length: number): string => 'correct-horse'.padStart(length, ' ');
  assert.match(redact(line(500)), /\[redacted\]$/);
  assert.equal(redact(line(499)), line(499));
});

test('a beginning must count at the end of its own line alone, whatever marks and lines are around', () => {
  const redact = createRedact([WORD]);
  assert.equal(redact(`${long}\nshort correct-h`), `${long}\nshort correct-h`);
  assert.equal(redact(`a… b ${long} correct-h`), `a… b ${long} [redacted]`);
  assert.equal(redact(`a… b ${long} correct-h…`), `a… b ${long} [redacted]…`);
});

test('a short value within a word must stay at the end of a long line too', () => {
  assert.equal(createRedact(['abcdefg'])(`${long}abcdefg`), `${long}abcdefg`);
});

test('a colour within a secret must not save it', () => {
  const redact = createRedact([WORD]);
  assert.equal(redact('\u001b[31mcorrect-\u001b[1mhorse-battery\u001b[0m'), '[redacted]');
});
