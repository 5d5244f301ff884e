/** Reasons of survivors: names of discovered servers. */
import { because, type Reasons } from './because.ts';

export const NAMES: Reasons = {
  'src/catalog/merge.ts': [
    ...because('no two servers have one name', [' < ', ' <= ', 'serverName < b.inventory.serverName']),
    ...because('any number above the rank of declared servers will do', ['2', '20', 'rankOf']),
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
};
