/** What is left of a secret at a cut must be hidden: its beginning, its end, or its middle. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutEnd, cutStart } from '../../src/model/text/cut.ts';
import { createRedact, createRedactKnown } from '../../src/secrets/redact.ts';

const SECRET = 'Kq7"vB\\2m/Zt+9x&Lw4 Ry';

/** Each four characters in a row. */
const gramsOf = (text: string): string[] =>
  Array.from({ length: text.length - 3 }, (_, at) => text.slice(at, at + 4));

function assertHidden(secret: string, shown: string, what: string): void {
  const found = gramsOf(secret).filter((gram) => shown.includes(gram));
  assert.deepEqual(found, [], `${what}: ${shown}`);
}

const FORMS: Readonly<Record<string, string>> = {
  'as it is': SECRET,
  'in JSON': JSON.stringify(SECRET).slice(1, -1),
  'in JSON within JSON': JSON.stringify(JSON.stringify(SECRET)).slice(3, -3),
  'in a URL': encodeURIComponent(SECRET),
  'in Base64': Buffer.from(SECRET).toString('base64'),
  'in Base64 for URLs': Buffer.from(SECRET).toString('base64url'),
  'in HTML': SECRET.replaceAll('"', '&quot;').replaceAll('&L', '&amp;L'),
  'in JSON of PHP': JSON.stringify(SECRET).slice(1, -1).replaceAll('/', '\\/'),
};

for (const [how, form] of Object.entries(FORMS))
  test(`of a secret ${how}, no cut may leave four characters`, () => {
    const redact = createRedactKnown([SECRET]);
    const text = `refused: <${form}>, sorry for that`;
    for (let length = 1; length <= text.length; length++) {
      assertHidden(form, redact(cutEnd(text, length)), `the first ${length}`);
      assertHidden(form, redact(cutStart(text, length)), `the last ${length}`);
    }
  });

test('a key in lines must be hidden, wherever it is cut', () => {
  const line = (seed: number): string =>
    Buffer.from(`${seed}`.repeat(48))
      .toString('base64')
      .slice(0, 60 + seed);
  const body = [1, 2, 3, 4].map(line);
  const key = `-----BEGIN PRIVATE KEY-----\n${body.join('\n')}\n-----END PRIVATE KEY-----\n`;
  const redact = createRedactKnown([key]);
  for (const text of [key, key.replaceAll(/\s+/g, ' '), JSON.stringify({ key })])
    for (let length = 30; length < text.length; length++) {
      for (const shown of [redact(cutEnd(text, length)), redact(cutStart(text, length))])
        for (const part of body) assertHidden(part, shown, `${length}`);
    }
});

test('a value in another script must be hidden where it is escaped, and cut', () => {
  const redact = createRedactKnown(['pässwörter-süß']);
  assert.equal(redact('{"a":"p\\u00e4ssw\\u00f6rter-s\\u00fc\\u00df"}'), '{"a":"[redacted]"}');
  assert.equal(redact('{"a":"p\\u00e4ssw\\u00f…'), '{"a":"[redacted]…');
});

test('a piece of a long line must be hidden when it is the middle of a secret', () => {
  const secret = Array.from({ length: 60 }, (_, index) => `m${index}n`).join('');
  const redact = createRedactKnown([secret]);
  assert.equal(redact(`…${secret.slice(40, 100)}…`), '…[redacted]…');
  const plain = '…another text of some length, no secret…';
  assert.equal(redact(plain), plain);
});

test('three dots of other programs must count as a cut', () => {
  assert.equal(createRedactKnown(['correct-horse'])('bad key: correct-h...'), 'bad key: [redacted]...');
});

test('what only stands at a mark must stay', () => {
  const redact = createRedactKnown(['correct-horse', 'abcdef']);
  for (const text of [
    'cor…',
    'correct-h',
    'correct-h …',
    '… correct',
    '…rse',
    'xabcd…',
    '…cdefx',
    '…',
    '……',
    '',
  ])
    assert.equal(redact(text), text);
  assert.equal(redact('x abcd…'), 'x [redacted]…');
  assert.equal(redact('…cdef x'), '…[redacted] x');
});

test('a text full of marks and of beginnings must not take long', () => {
  const redact = createRedact(
    Array.from({ length: 500 }, (_, index) => `secret-${index}-value-${'s'.repeat(99)}`),
  );
  const start = performance.now();
  for (const part of ['…', 'secr…', 'secret-1…', '…alue', 'secret-1-value-', `${'s'.repeat(40)}…`, '...'])
    redact(part.repeat(Math.ceil(100_000 / part.length)));
  assert.ok(performance.now() - start < 5_000);
});

test('a secret that has a mark within itself must be hidden, wherever it is cut', () => {
  const secret = 'Kq7vB2m###Zt9xLw4RyPd';
  const redact = createRedactKnown([secret]);
  for (let length = 1; length < secret.length; length++) {
    assertHidden(secret, redact(cutEnd(`key ${secret} is wrong`, 4 + length)), `the first ${length}`);
    assertHidden(secret, redact(cutStart(`key ${secret} is wrong`, 9 + length)), `the last ${length}`);
  }
});

/** A beginning of a secret stands for `#`, an end for `$`. */
const LEFT_BY_OTHERS = [
  ...['#****$', '#…$', '"#"...', '"#"…"$"', '#[...]', '(#[…]$)', '#*** (truncated)', '#***$.'],
  ...['#<snip>$', '#<SNIP>$', '# <snip> $', '#[snip]$', '#<snipped 12 characters>$', '#[truncated]'],
  ...[
    '# (12 more characters)',
    '#<redacted>$',
    '#[REDACTED]$',
    '#{{hidden}}$',
    '#[40 bytes omitted]$',
    '<cut>$',
  ],
  ...[
    '#••••••$',
    '#●●●●$',
    '#██████$',
    '#····$',
    '#**$',
    '#XXXXXXXX$',
    '#xxxxxxxxxx$',
    '#######$',
    '#[masked]$',
  ],
];
for (const text of LEFT_BY_OTHERS)
  test(`what another program has left of a secret must be hidden: ${text}`, () => {
    const redact = createRedactKnown(['Zq7WkP3nVtX9sLbRmYdF2h']);
    const shown = redact(`key ${text.replace('#', 'Zq7WkP').replace('$', 'dF2h')} is wrong`);
    assert.doesNotMatch(shown, /Zq7W|dF2h/);
    assert.match(shown, /^key .*\[redacted\].* is wrong$/);
  });
