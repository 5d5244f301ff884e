/** Mutations that take a statement out. */
import type { Node } from 'oxc-parser';

const ACTS = new Set([
  'CallExpression',
  'AwaitExpression',
  'AssignmentExpression',
  'UnaryExpression',
  'ChainExpression',
]);
const JUMPS = new Set(['ThrowStatement', 'BreakStatement', 'ContinueStatement']);

/** True for a statement without which the code still runs: an act, an assignment, a return, a throw. */
export function isRemovable(node: Node, parents: readonly Node[]): boolean {
  const [parent] = parents;
  if (node.type === 'ReturnStatement') return parent?.type !== 'IfStatement' && !isBareEnd(node, parents);
  if (JUMPS.has(node.type)) return parent?.type !== 'IfStatement' && parent?.type !== 'SwitchCase';
  if (node.type !== 'ExpressionStatement' || !ACTS.has(node.expression.type)) return false;
  // The condition of such an `if` is mutated to false, which is the same.
  return parent?.type !== 'IfStatement' && !isField(node.expression) && !isSuper(node.expression);
}

/** `this.#clock = clock`: without it nothing works. */
function isField(node: Node): boolean {
  return (
    node.type === 'AssignmentExpression' &&
    node.right.type === 'Identifier' &&
    node.left.type === 'MemberExpression' &&
    node.left.object.type === 'ThisExpression'
  );
}

const isSuper = (node: Node): boolean => node.type === 'CallExpression' && node.callee.type === 'Super';

/** A `return` of nothing at the end of a function does nothing. */
function isBareEnd(
  node: Extract<Node, { type: 'ReturnStatement' }>,
  [block, owner]: readonly Node[],
): boolean {
  const { argument } = node;
  const isBare = argument === null || (argument.type === 'Identifier' && argument.name === 'undefined');
  const isLast = block?.type === 'BlockStatement' && block.body.at(-1) === node;
  return isBare && isLast && /Function/.test(owner?.type ?? '');
}
