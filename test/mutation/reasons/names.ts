/** Reasons of survivors: names of discovered servers. */
import { AN_ID, because, FAST_PATH, type Reasons, TYPES_ONLY } from './because.ts';

export const NAMES: Reasons = {
  'src/catalog/merge.ts': [
    ...because('no two servers have one name', [' < ', ' <= ', 'serverName < b.inventory.serverName']),
    ...because(
      'sorting asks whether the number is below zero, and nothing else',
      ['1', '0', 'serverName < b.inventory.serverName'],
      ['1', '2', 'serverName < b.inventory.serverName'],
    ),
    ...because('which prefix covers a name does not depend on their order', [
      'within.map((it) => it.prefix).sort()',
      'within.map((it) => it.prefix)',
    ]),
    ...because('any number above the rank of declared servers will do', ['2', '20', 'rankOf']),
    ...because(
      FAST_PATH,
      ['free.some(({ key }) => routes.has(key))', 'true', 'const isWhole'],
      ['routes.has(key)', 'true', 'const isWhole'],
      ['!isWhole || shown.length === 0', '(!isWhole)'],
    ),
  ],
  'src/catalog/naming.ts': [
    ...because('it is set with `star`', ['0', '1', 'let resume']),
    ...because('the star is found once more, and stays where it is', ['1', '0', 'p = star + 1;']),
  ],
  'src/catalog/ownership.ts': because('those of the file were asked before', [
    'listings.filter(({ isDiscovered }) => isDiscovered)',
    'listings',
    'const foreign',
  ]),
  'src/catalog/resource-route.ts': because('the others were asked before', [
    "matchers.filter(({ scheme }) => scheme === '')",
    'matchers',
  ]),
  'src/catalog/uri-template.ts': [
    ...because(
      TYPES_ONLY,
      ["match[1] ?? ''", '(match[1])'],
      ["match[2] ?? ''", '(match[2])'],
      ['start', 'true', 'return start'],
    ),
    ...because('room for one more state', ['1', '2', 'new Uint16Array']),
    ...because(
      FAST_PATH,
      ['skips === 0', 'false'],
      ['index < uri.length && current.length > 0', '(index < uri.length)'],
      [' > ', ' >= ', 'current.length > 0'],
    ),
    ...because(AN_ID, ['1', '2', 'enter(after, next, index + 1)']),
  ],
};
