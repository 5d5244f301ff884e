/** The changes that a mutation run makes to one node of a syntax tree. */
import type { Node } from 'oxc-parser';
import { callChanges } from './call-changes.ts';
import { constantChanges, isConstant } from './constant-changes.ts';
import { isRemovable } from './statement-changes.ts';

export interface Change {
  readonly start: number;
  readonly end: number;
  readonly after: string;
}

/** Comparisons are moved by one, or turned around; arithmetic is inverted. */
const OPERATORS: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '*': '/',
  '/': '*',
};

/** @param parents of the node, the nearest first */
export function changesOf(node: Node, parents: readonly Node[], text: string): Change[] {
  const whole = (after: string): Change => ({ start: node.start, end: node.end, after });
  const textOf = ({ start, end }: Node): string => text.slice(start, end);
  if (isConstant(node)) return isPartOfOne(parents[0]) ? [] : constantChanges(node, text);
  if (isRemovable(node, parents)) return [whole(';')];
  switch (node.type) {
    case 'BinaryExpression':
      return isOfNumbers(node) ? operatorChange(node) : [];
    case 'LogicalExpression':
      // Each half alone: a check of two conditions must be held by a test for each of them.
      return node.operator === '??'
        ? [whole(`(${textOf(node.left)})`)]
        : [node.left, node.right].map((half) => whole(`(${textOf(half)})`));
    case 'UnaryExpression':
      return node.operator === '!' ? [whole(textOf(node.argument))] : [];
    case 'IfStatement':
    case 'ConditionalExpression':
      return ['true', 'false'].map((after) => ({ start: node.test.start, end: node.test.end, after }));
    case 'WhileStatement':
      return [{ start: node.test.start, end: node.test.end, after: 'false' }];
    case 'UpdateExpression':
      return [whole(textOf(node).replace(node.operator, node.operator === '++' ? '--' : '++'))];
    case 'AssignmentExpression':
      return compoundChange(node);
    case 'VariableDeclarator':
      return bodyChange(node.init);
    case 'PropertyDefinition':
    case 'Property':
      return bodyChange(node.value);
    case 'CallExpression':
      return callChanges(node, parents, text);
    default:
      return [];
  }
}

/** `-1` says "none" by being below zero: no other number says more. */
const isPartOfOne = (parent: Node | undefined): boolean =>
  parent !== undefined && (isConstant(parent) || parent.type === 'UnaryExpression');

type Of<Type extends Node['type']> = Extract<Node, { type: Type }>;

/** False for the joining of texts. */
function isOfNumbers({ left, right, operator }: Of<'BinaryExpression'>): boolean {
  const isText = ({ type, ...node }: Node): boolean =>
    type === 'TemplateLiteral' || (type === 'Literal' && typeof Reflect.get(node, 'value') === 'string');
  return operator !== '+' || !(isText(left) || isText(right));
}

function operatorChange({ left, right, operator }: Of<'BinaryExpression'>): Change[] {
  const after = OPERATORS[operator];
  return after === undefined ? [] : [{ start: left.end, end: right.start, after: ` ${after} ` }];
}

function compoundChange({ left, right, operator }: Of<'AssignmentExpression'>): Change[] {
  const after = { '+=': '-=', '-=': '+=', '??=': '=' }[operator as string];
  return after === undefined ? [] : [{ start: left.end, end: right.start, after: ` ${after} ` }];
}

/** A named function that is one expression: without its result. */
function bodyChange(made: Node | null | undefined): Change[] {
  if (made?.type !== 'ArrowFunctionExpression' || made.body.type === 'BlockStatement') return [];
  return [{ start: made.body.start, end: made.body.end, after: 'undefined' }];
}
