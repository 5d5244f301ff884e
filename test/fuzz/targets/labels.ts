/** Fuzzes the labels of containers, which anybody may set. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { mergeCatalog } from '../../../src/catalog/merge.ts';
import { containerSchema } from '../../../src/config/schema/container.ts';
import { decodeLabels, encodeLabels, LABEL, LINK_LABEL, VALUES_LABEL } from '../../../src/model/labels.ts';
import { SERVER_NAME } from '../../../src/model/text/grammar.ts';
import { serverUrl } from '../../../src/runtime/containers/open-container.ts';
import { inventory, located, named, view } from '../../catalog/fixtures.ts';
import { withinCost } from '../cost.ts';
import { pureTarget } from '../target.ts';

const KEYS = [...Object.values(LABEL), VALUES_LABEL, LINK_LABEL];
const WORDS = [
  'web',
  'stdio',
  'http',
  '',
  '80',
  '0',
  '65536',
  '1e3',
  '０',
  '-1',
  '/mcp',
  '/',
  '//evil.example/',
  '/@evil',
  '@evil',
  '/a b',
  '/\u2028',
  '/x?y=1#z',
  '/\\evil',
  '/..',
  'a_b',
  'a-b',
  '__proto__',
  'constructor',
  'A',
  'é',
  'a\n',
  'a\u0000',
  '\u001b[2J',
  '\u202e',
  'x'.repeat(64),
  'x'.repeat(3_000),
  `/${'x'.repeat(2_048)}`,
];
const value = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
);
const labels = fc.tuple(
  fc.record(
    { [LABEL.server]: value, [LABEL.type]: fc.constantFrom('stdio', 'http', 'x') },
    { requiredKeys: [] },
  ),
  fc.dictionary(
    fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.string() }),
    value,
    { maxKeys: 6 },
  ),
);

interface Input {
  readonly labels: Readonly<Record<string, string>>;
  /** Names of tools that the server then offers. */
  readonly tools: readonly string[];
}

/** Tool names that clients accept. */
const PUBLIC_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

export const labelsTarget = pureTarget<Input>(
  'labels',
  'labels are a server or a printable reason; a server has only names that the config permits, an address on its own host, and no tool name outside of its prefix',
  fc.record({
    labels: labels.map(([most, more]) => ({ ...most, ...more })),
    tools: fc.array(value, { maxLength: 3 }),
  }),
  async ({ labels: raw, tools }) => {
    const size = JSON.stringify(raw).length;
    const decoded = await withinCost(size, 50, () => decodeLabels(raw));
    if (decoded === undefined) return assert.equal(raw[LABEL.server], undefined);
    if ('problem' in decoded) {
      assert.match(decoded.problem, /^[ -~…’]{1,250}$/, 'the reason is short and printable');
      return;
    }
    const { serverName, prefix = serverName, path = '/mcp', port } = decoded.labels;
    assert.match(serverName, SERVER_NAME);
    const entry = { image: 'x', transport: 'http', path, prefix, ...(port === undefined ? {} : { port }) };
    assert.equal(containerSchema.safeParse(entry).error?.message, undefined, 'a config permits the same');
    const url = serverUrl({ host: '127.0.0.1', port: port ?? 1 }, path);
    assert.equal(new URL(url).hostname, '127.0.0.1', url);
    const known = Object.fromEntries(
      KEYS.flatMap((key) => (raw[key] === undefined ? [] : [[key, raw[key]]])),
    );
    const again = encodeLabels(decoded.labels);
    assert.deepEqual(
      { ...again, [LABEL.port]: Number(again[LABEL.port]) },
      { ...known, [LABEL.port]: Number(known[LABEL.port]) },
    );
    checkNames(serverName, prefix, tools);
  },
);

/** A discovered server shows nothing of, and nothing in place of, what a declared one has. */
function checkNames(serverName: string, prefix: string, tools: readonly string[]): void {
  const declared = {
    inventory: inventory('declared', { tools: named('t'), resources: located('d://x') }),
    view: view('declared'),
  };
  const stranger = {
    inventory: inventory(serverName, { tools: named(...tools) }),
    view: view(prefix),
    isDiscovered: true,
  };
  if (serverName === 'declared') return;
  const { routes } = mergeCatalog([stranger, declared]).all.lists.tools;
  assert.equal(routes.get('declared_t')?.serverName, 'declared');
  for (const [name, route] of routes) {
    if (route.serverName !== serverName) continue;
    if (prefix !== '') assert.match(name, PUBLIC_NAME);
    assert.ok(prefix === '' || name.startsWith(`${prefix}_`) || name.startsWith(prefix.slice(0, 55)), name);
    assert.ok(!name.startsWith('declared_'), name);
  }
}
