// Prints every variable named CANARY_… in many forms on stderr and stdout, then fails as the argument says, or serves.
import { send, serve } from './serve.mjs';

const values = Object.entries(process.env).flatMap(([name, value]) =>
  name.startsWith('CANARY_') ? [value] : [],
);
const [how = ''] = process.argv.slice(2);

const formsOf = (value) => [
  value,
  JSON.stringify({ value }),
  JSON.stringify(JSON.stringify({ value })),
  encodeURIComponent(value),
  Buffer.from(value).toString('base64'),
  Buffer.from(`user:${value}`).toString('base64'),
  Buffer.from(`another-user:${value}`).toString('base64url'),
  `https://user:${encodeURIComponent(value)}@example.com/?key=${encodeURIComponent(value)}`,
  ...[200, 500, 1_000, 2_000, 4_096, 8_192].map((length) => cutAt(length, value)),
];

/** The value where a text is cut: its first ten characters stand before. */
const cutAt = (length, value) => `${'#'.repeat(length - 10)}${value}`;

const told = values.flatMap(formsOf);
process.stderr.write(`${told.join('\n')}\n`);
process.stdout.write(`${told.slice(0, 14).join('\n')}\n`);
if (how === 'exits') process.exit(3);

const message = how === 'cut' ? cutAt(500, values[0]) : told.join(' ');
const fail = (id) => send({ id, error: { code: -32000, message, data: { hint: values[0] } } });
serve({
  ...(how === 'refuses' || how === 'cut' ? { initialize: (_, { id }) => fail(id) } : {}),
  'tools/call': (_, { id }) => fail(id),
});
