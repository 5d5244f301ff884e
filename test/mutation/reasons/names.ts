/** Reasons of survivors: names of discovered servers. */
import { because, type Reasons } from './because.ts';

export const NAMES: Reasons = {
  'src/catalog/merge.ts': [
    ...because('no two servers have one name', ['<', '<=']),
    ...because('a definition without a name has no key', ['name', 'true']),
    ...because('any number above the rank of declared servers will do', ['2', '20']),
  ],
  'src/catalog/ownership.ts': because('declared servers were asked before', [
    'listings.filter(({ isDiscovered }) => isDiscovered)',
    'listings',
  ]),
  'src/catalog/resource-route.ts': because('the others were asked before', [
    "matchers.filter(({ scheme }) => scheme === '')",
    'matchers',
  ]),
};
