/** Mutations of calls: another method of the same shape, the answer turned, a step of a chain left out. */
import type { Node } from 'oxc-parser';
import type { Change } from './changes.ts';

type CallNode = Extract<Node, { type: 'CallExpression' }>;

const OTHERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['startsWith', ['endsWith', 'includes']],
  ['endsWith', ['startsWith', 'includes']],
  ['some', ['every']],
  ['every', ['some']],
  ['min', ['max']],
  ['max', ['min']],
  ['shift', ['pop']],
]);
/** Answered by true and by false instead. */
const QUESTIONS = new Set([
  'has',
  'includes',
  'startsWith',
  'endsWith',
  'test',
  'some',
  'every',
  'equals',
  'hasOwn',
]);
/** Left out: what stands before the dot is taken as it is. */
const STEPS = new Set([
  'trim',
  'toLowerCase',
  'toUpperCase',
  'filter',
  'sort',
  'reverse',
  'slice',
  'subarray',
]);

export function callChanges(node: CallNode, parents: readonly Node[], text: string): Change[] {
  const { callee, start, end } = node;
  const whole = (after: string): Change => ({ start, end, after });
  if (callee.type === 'Identifier' && callee.name === 'timingSafeEqual') return ['true', 'false'].map(whole);
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return [];
  const { object, property } = callee;
  const others = (OTHERS.get(property.name) ?? []).map((after) => ({
    start: property.start,
    end: property.end,
    after,
  }));
  const answers = QUESTIONS.has(property.name) && !isTest(node, parents[0]) ? ['true', 'false'] : [];
  const without = STEPS.has(property.name) ? [text.slice(object.start, object.end)] : [];
  return [...others, ...[...answers, ...without].map(whole)];
}

/** True for the condition of an `if` or `?`, and its negation, which are mutated themselves. */
function isTest(node: Node, parent: Node | undefined): boolean {
  return (parent?.type === 'IfStatement' || parent?.type === 'ConditionalExpression') && parent.test === node;
}
