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
  `${'x'.repeat(995 - Math.floor(value.length / 2))}${value}`,
];

const told = values.flatMap(formsOf);
process.stderr.write(`${told.join('\n')}\n`);
process.stdout.write(`${told.slice(0, 9).join('\n')}\n`);
if (how === 'exits') process.exit(3);

const fail = (id) =>
  send({ id, error: { code: -32000, message: told.join(' '), data: { hint: values[0] } } });
serve({
  ...(how === 'refuses' ? { initialize: (_, { id }) => fail(id) } : {}),
  'tools/call': (_, { id }) => fail(id),
});
