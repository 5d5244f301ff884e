/** Fuzzes the matching of URIs against templates of servers. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { uriMatcher } from '../../../src/catalog/uri-template.ts';
import { withinCost } from '../cost.ts';
import { pureTarget } from '../target.ts';

const PIECES = [
  'a',
  'b',
  '/',
  '?',
  '&',
  '#',
  '.',
  ';',
  ':',
  '{x}',
  '{+x}',
  '{/x}',
  '{?x}',
  '{&x}',
  '{#x}',
  '{.x}',
  '{;x}',
  '{',
  '}',
  '{}',
  '{+}',
  '{x,y*}',
  'é',
  '\u0001',
];
const template = fc
  .tuple(
    fc.array(fc.constantFrom(...PIECES), { maxLength: 7 }),
    fc.oneof({ weight: 6, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(900) }),
  )
  .map(([pieces, times]) => pieces.join('').repeat(times));
const uri = fc
  .tuple(
    fc.array(fc.constantFrom('a', 'b', '/', '?', '&', '#', '.', ';', ':', 'é', '{x}'), { maxLength: 12 }),
    fc.constantFrom(1, 1, 1, 1, 300),
  )
  .map(([pieces, times]) => pieces.join('').repeat(times));

interface Input {
  readonly template: string;
  readonly uri: string;
}

export const templatesTarget = pureTarget<Input>(
  'templates',
  'a URI matches a template exactly if it matches the regular expression that RFC 6570 gives, at a cost of URI times template at most',
  fc.record({ template, uri }),
  async ({ template: text, uri: address }) => {
    const steps = text.length * address.length;
    const matches = await withinCost(text.length + steps, 1, () => uriMatcher(text)(address));
    const isSmall = text.length <= 40 && address.length <= 16;
    if (isSmall) assert.equal(matches, expressionOf(text).test(address), `${text} and ${address}`);
  },
);

const OPERATORS: Readonly<Record<string, string>> = {
  '+': '[^]+',
  '/': '(?:/[^?#]*)?',
  '.': '(?:\\.[^/?#]*)?',
  ';': '(?:;[^/?#]*)?',
  '?': '(?:\\?[^#]*)?',
  '&': '(?:&[^#]*)?',
  '#': '(?:#[^]*)?',
};

function expressionOf(text: string): RegExp {
  let isQueryOpen = false;
  const parts = [...text.matchAll(/\{([+#./;?&]?)([^{}]*)\}|[\s\S]/g)].map(([whole, operator, variables]) => {
    if (variables) return operator ? OPERATORS[operator] : isQueryOpen ? '[^&#]+' : '[^/?#]+';
    if (whole === '?') isQueryOpen = true;
    return whole.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('')}$`);
}
