/**
 * `.env`, `envFile` and volumes mean to Hive what they mean to the real Compose: a table and random texts, byte
 * by byte.
 */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { compile } from '../../src/compile/compile.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { loadStack } from '../../src/config/load.ts';
import { parseVolume } from '../../src/config/parse/endpoints.ts';
import type { ConfigError } from '../../src/config/source/diagnostics.ts';
import { resolveEnv } from '../../src/runtime/memory/values.ts';
import { SEED } from '../helpers/seed.ts';
import { composeConfig, inFolder, lacksCompose, OUTSIDE, plain, type Service } from './compose-oracle.ts';
import { VALUES } from './env-values.ts';

const skip = lacksCompose;

const piece = fc.constantFrom(
  ...[
    'a',
    'B',
    '7',
    '_',
    '.',
    '-',
    ' ',
    '  ',
    '\t',
    '#',
    ' #',
    '=',
    ':',
    '"',
    "'",
    '\\',
    '\\\\',
    '\\n',
    '\\"',
    "\\'",
  ],
  ...[
    '$',
    '$$',
    '$OUT',
    '${OUT}',
    '${OUT:-x}',
    '${NOPE:-y}',
    '${NOPE-}',
    '${OUT:+z}',
    '${OUT',
    '$1',
    '\\$',
    '}',
    '{',
  ],
  ...[
    '\r',
    '\u00a0',
    '\u0085',
    '\u3000',
    'é',
    '😀',
    '\v',
    '`',
    '!',
    '[',
    ']',
    '\\0101',
    '\\x41',
    '%',
    ',',
    ';',
  ],
);
const text = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
const value = fc.oneof(
  { weight: 3, arbitrary: text },
  text.map((it) => `"${it}"`),
  text.map((it) => `'${it}'`),
  fc.tuple(text, text).map(([first, second]) => `"${first}\n${second}" # c`),
);
const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(fc.constantFrom('=', ' = ', '=\t', ': ', ' :'), value).map((it) => it.join('')),
  },
  { weight: 1, arbitrary: fc.constantFrom('', '\r') },
);
/** Two lines that set a variable, among comments. The second may refer to the first. */
const file = fc
  .tuple(line, line, fc.constantFrom('', '# c\n', '\n', ' \t\n', '#=\n'))
  .map(([first, second, between]) => {
    return (name: string): string => `${name}A${first}\n${between}export ${name}B${second}\n`;
  });

interface Case {
  readonly text: string;
  readonly names: readonly string[];
}

/** Each case has names of its own, so that many can stand in one file. */
const CASES: readonly Case[] = [
  ...VALUES.map(([written], index): Case => ({ text: `T${index}=${written}\n`, names: [`T${index}`] })),
  ...fc.sample(file, { numRuns: 400, seed: SEED }).map((render, index): Case => {
    const name = `C${index}_`;
    return { text: render(name), names: [`${name}A`, `${name}B`] };
  }),
];

type Variables = Readonly<Record<string, string | undefined>>;

/** What Hive reads; undefined if it refuses the text. */
async function readByHive(kind: '.env' | 'envFile', content: string): Promise<Variables | undefined> {
  return inFolder(async (folder) => {
    writeFileSync(join(folder, '.env'), content);
    try {
      return kind === '.env'
        ? await readEnvironment(join(folder, 'hive.yaml'), OUTSIDE)
        : await resolveEnv({}, [join(folder, '.env')], OUTSIDE);
    } catch {
      return undefined;
    }
  });
}

/** What Compose gives a container; undefined if it refuses the text. */
async function readByCompose(
  kind: '.env' | 'envFile',
  content: string,
  names: readonly string[],
): Promise<Variables | undefined> {
  return inFolder((folder) => {
    writeFileSync(join(folder, kind === '.env' ? '.env' : 'my.env'), content);
    const own = kind === '.env' ? { environment: names } : { env_file: ['my.env'] };
    const services = composeConfig(folder, { services: { one: { image: 'x', ...own } } });
    const { environment = {} } = services?.one ?? {};
    const entries = Object.entries(environment).map(([name, read]) => [name, plain(read ?? '')]);
    return services && Object.fromEntries(entries);
  });
}

/** The first case that makes Compose refuse all of them. */
async function culprit(kind: '.env' | 'envFile', cases: readonly Case[]): Promise<Case | undefined> {
  if (cases.length < 2) return cases[0];
  const half = cases.slice(0, cases.length >> 1);
  const isFine = await readByCompose(kind, half.map((it) => it.text).join(''), []);
  return culprit(kind, isFine ? cases.slice(cases.length >> 1) : half);
}

for (const kind of ['.env', 'envFile'] as const) {
  test(`every value of ${kind} that Hive reads must be the one that Compose reads`, {
    skip,
    timeout: 180_000,
  }, async () => {
    const read: Case[] = [];
    const expected: Record<string, string> = {};
    for (const it of CASES) {
      const variables = await readByHive(kind, it.text);
      if (!variables) continue;
      read.push(it);
      for (const name of it.names) if (variables[name] !== undefined) expected[name] = variables[name];
    }
    assert.ok(read.length > 250, `only ${read.length} of ${CASES.length} cases are read`);
    const names = read.flatMap((it) => it.names);
    const found = await readByCompose(kind, read.map((it) => it.text).join(''), names);
    if (!found) assert.fail(`Compose refuses ${JSON.stringify((await culprit(kind, read))?.text)}`);
    const wrong = names.filter((name) => (found[name] ?? '') !== (expected[name] ?? ''));
    const shown = wrong.map((name) => {
      const { text } = read.find((it) => it.names.includes(name)) as Case;
      return `${JSON.stringify(text)}: Hive ${JSON.stringify(expected[name])}, Compose ${JSON.stringify(found[name])}`;
    });
    assert.equal(wrong.length, 0, shown.join('\n'));
  });
}

test('what Hive refuses in .env, Compose must refuse too, but for what Hive says it cannot read alike', {
  skip,
  timeout: 180_000,
}, async () => {
  const STRICTER =
    /no reference that Hive reads|a value has no name|the last line has neither|needs is not set|NUL/;
  const looser: string[] = [];
  let refused = 0;
  for (const { text: content, names } of CASES) {
    if (refused === 25) break;
    const said = await inFolder(async (folder) => {
      writeFileSync(join(folder, '.env'), content);
      return readEnvironment(join(folder, 'hive.yaml'), OUTSIDE).then(
        () => undefined,
        (error: ConfigError) => error.message,
      );
    });
    if (said === undefined || STRICTER.test(said)) continue;
    refused += 1;
    if (await readByCompose('.env', content, names)) looser.push(`${JSON.stringify(content)}: ${said}`);
  }
  assert.ok(refused > 10);
  assert.equal(looser.length, 0, looser.join('\n'));
});

const SOURCES = [
  'data',
  'a',
  'd',
  'my-vol_1',
  '.',
  '..',
  './x',
  '../y',
  '/abs',
  '/',
  '~',
  '~/z',
  '${PLACE}',
  'x.y',
  'é',
  './a b',
  '-',
];
const TARGETS = [
  '/t',
  '/t/u',
  '/',
  '/a b',
  '/t/',
  '//t',
  '/./t',
  '/t/../u',
  't',
  '${PLACE}',
  '/é',
  '/$$x',
  '/~',
  '/C',
  '/x.y',
  '',
];
const OPTIONS = [
  '',
  '',
  '',
  ':ro',
  ':rw',
  ':z',
  ':ro,Z',
  ':Z,ro',
  ':nocopy',
  ':rro',
  ':cached',
  ':RO',
  ':ro,rw',
  ':',
  ':x,',
  ':rslave',
  ':1',
];
const noise = fc.constantFrom('', '', '', '', 'x', '.', '/', ' ', '$', '$$', '\\', '_', '..', '${PLACE:-y}');
const volume = fc
  .tuple(fc.constantFrom(...SOURCES), noise, fc.constantFrom(...TARGETS), noise, fc.constantFrom(...OPTIONS))
  .map(([source, first, target, second, options]) => `${source}${first}:${target}${second}${options}`);
const VOLUMES: readonly string[] = [
  ...[
    'data:/data',
    'data:/data:ro',
    './x:/y',
    '../x:/y:ro,z',
    '/x:/y',
    '/:/host:ro',
    'd:/data',
    'd:/data:ro',
    'data',
    '/data',
  ],
  ...[
    'x.y:/z',
    'data:/a b',
    './a b:/c',
    'data:relative',
    'data:/a:zz',
    '~/x:/y',
    '${PLACE}:/y',
    './x/../y:/z',
    '//x:/y',
    './$$x:/y',
  ],
  ...fc.sample(volume, { numRuns: 600, seed: SEED }),
];

test('every volume that Hive accepts must be what Compose mounts', { skip, timeout: 180_000 }, async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'hive.yaml');
    const load = async (volumes: readonly string[]) => {
      const servers = Object.fromEntries(
        volumes.map((volume, index) => [`s${index}`, { image: 'x', volumes: [volume] }]),
      );
      writeFileSync(path, JSON.stringify({ composeFile: './compose.json', servers }));
      return loadStack(path, OUTSIDE);
    };
    const accepted: string[] = [];
    for (const volume of new Set(VOLUMES))
      await load([volume]).then(
        () => accepted.push(volume),
        () => {},
      );
    assert.ok(accepted.length > 60, `only ${accepted.length} of ${VOLUMES.length}`);
    const read = async (volumes: readonly string[]): Promise<Record<string, Service> | undefined> =>
      composeConfig(folder, compile(await load(volumes)).yaml);
    const services = await read(accepted);
    if (!services) {
      const bad: string[] = [];
      for (const volume of accepted) if (!(await read([volume]))) bad.push(volume);
      assert.fail(`Compose refuses ${JSON.stringify(bad)}`);
    }
    const wrong = accepted.flatMap((volume, index) => {
      const [mount] = services[`s${index}`]?.volumes ?? [];
      const parsed = parseVolume(volume);
      const [target = '', options = ''] = (parsed?.rest ?? '').split(':');
      const type = parsed?.kind === 'volume' ? 'volume' : 'bind';
      const isSame =
        (parsed?.kind === 'reference' || mount?.type === type) &&
        (parsed?.kind !== 'volume' || mount?.source === parsed.source) &&
        (parsed?.kind !== 'path' || plain(mount?.source ?? '').startsWith('/')) &&
        (mount?.read_only ?? false) === options.split(',').includes('ro');
      return isSame && mount?.target
        ? []
        : [`${JSON.stringify(volume)} (${target}): ${JSON.stringify(mount)}`];
    });
    assert.equal(wrong.length, 0, wrong.join('\n'));
  });
});
