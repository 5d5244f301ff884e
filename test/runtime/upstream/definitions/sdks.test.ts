/** The flaws of one server must not take the others' definitions from any client of the official SDKs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import '../../../helpers/seed.ts';
import { mergeCatalog } from '../../../../src/catalog/merge.ts';
import {
  type CatalogView,
  type Inventory,
  LIST_KINDS,
  type ListKind,
} from '../../../../src/model/catalog.ts';
import type { Era } from '../../../../src/model/era.ts';
import { jsonText } from '../../../../src/model/text/json.ts';
import { fetchList } from '../../../../src/runtime/upstream/lists.ts';
import { LISTS } from '../../../../src/wire/lists.ts';
import { inventory, view } from '../../../catalog/fixtures.ts';
import { brokenLists, WHOLE } from '../../../helpers/broken-definitions.ts';
import { cannedClients, listResult } from '../../../helpers/canned-server.ts';
import { pythonClients } from '../../../helpers/python-sdk.ts';

const RUNS = Number(process.env.HIVE_FUZZ_RUNS ?? 100);

/** What Hive reads of a server with these lists. */
async function inventoryOf(
  serverName: string,
  era: Era,
  lists: Readonly<Record<ListKind, readonly unknown[]>>,
): Promise<Inventory> {
  const read = await Promise.all(
    LIST_KINDS.map(async (kind) => {
      const json = jsonText(JSON.stringify({ [LISTS[kind].member]: lists[kind] }));
      const { definitions } = await fetchList(kind, era, async () => ({ kind: 'result', json }));
      return [kind, definitions];
    }),
  );
  return inventory(serverName, { era, ...Object.fromEntries(read) });
}

/** The good server's lists, which no client may lose. */
const GOOD = { ...WHOLE, resources: [{ ...WHOLE.resources[0], uri: 'good://a' }] };
GOOD.templates = [{ ...WHOLE.templates[0], uriTemplate: 'good://{x}' }];

async function mergedWith(broken: Inventory, era: Era): Promise<CatalogView> {
  const good = await inventoryOf('good', era, GOOD);
  return mergeCatalog([
    { inventory: good, view: view('good') },
    { inventory: broken, view: view('bad') },
  ]).all;
}

const ERAS = ['legacy', 'modern'] as const;

const GOOD_TOOLS = ['good_tool', 'good_small', 'good_listing'];

const TOOL_TEXT = JSON.stringify({ ...WHOLE.tools[0], name: 'good_tool' });

test('a definition without flaws must stay byte for byte', async () => {
  for (const era of ERAS)
    for (const kind of LIST_KINDS) {
      const json = JSON.stringify({ [LISTS[kind].member]: WHOLE[kind] });
      const { definitions, flaws } = await fetchList(kind, era, async () => ({
        kind: 'result',
        json: jsonText(json),
      }));
      const kept = WHOLE[kind].filter((it) => era === 'modern' || Reflect.get(it, 'name') !== 'listing');
      const texts = definitions.map((it) => it.json);
      for (const whole of kept) assert.ok(texts.includes(JSON.stringify(whole)), JSON.stringify(whole));
      assert.equal(flaws.mended + flaws.leftOut, WHOLE[kind].length - kept.length);
    }
});

test('whatever one server lists, clients must read the merged lists, with all that is good', async () => {
  const clients = await cannedClients();
  await fc.assert(
    fc.asyncProperty(brokenLists, fc.constantFrom(...ERAS), async (lists, era) => {
      const merged = await mergedWith(await inventoryOf('bad', era, lists), era);
      for (const client of clients) {
        const read = await client.read(merged).catch((error: unknown) => {
          throw new Error(`${client.name} refuses a list`, { cause: error });
        });
        const names = read.tools.map(({ name }) => name);
        for (const name of GOOD_TOOLS) assert.ok(names.includes(name), `${client.name}: ${name}`);
        assert.ok(merged.lists.tools.json.includes(TOOL_TEXT), 'a good tool has other bytes');
        assert.ok(read.resources.some((it) => Reflect.get(it, 'uri') === 'good://a'));
        assert.ok(read.templates.some((it) => Reflect.get(it, 'uriTemplate') === 'good://{x}'));
        assert.ok(read.prompts.some(({ name }) => name === 'good_prompt'));
      }
    }),
    { numRuns: RUNS },
  );
});

for (const python of pythonClients())
  test(`${python.name} must read such lists as well`, { skip: python.missing }, async () => {
    const sent: string[] = [];
    const cases = fc.sample(fc.tuple(brokenLists, fc.constantFrom(...ERAS)), RUNS);
    for (const [lists, era] of cases) {
      const merged = await mergedWith(await inventoryOf('bad', era, lists), era);
      for (const kind of LIST_KINDS)
        for (const clients of python.eras)
          sent.push(
            JSON.stringify([LISTS[kind].method, clients === 'modern' ? '2026-07-28' : '2025-11-25']),
            listResult(merged, kind, clients),
          );
    }
    assert.deepEqual(await python.refusals(sent), []);
  });
