/** Mutations of constants: numbers times and divided by ten, flags turned over, patterns without their ends. */
import type { Node } from 'oxc-parser';
import type { Change } from './changes.ts';

/** A literal, an array of literals, or a calculation with numbers alone, such as `64 * 1024`. */
export function isConstant(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value !== 'string' && node.value !== null;
  if (node.type === 'BinaryExpression') return [node.left, node.right].every(isNumber);
  return node.type === 'ArrayExpression' && node.elements.length > 0 && node.elements.every(isLiteral);
}

function isNumber(node: Node): boolean {
  if (node.type === 'Literal') return typeof node.value === 'number';
  return node.type === 'BinaryExpression' && [node.left, node.right].every(isNumber);
}

const isLiteral = (node: Node | null): boolean => node?.type === 'Literal' && 'value' in node;

export function constantChanges(node: Node, text: string): Change[] {
  const afters = replacements(node, text.slice(node.start, node.end), text);
  return afters.map((after) => ({ start: node.start, end: node.end, after }));
}

function replacements(node: Node, before: string, text: string): string[] {
  if (node.type === 'ArrayExpression') return withoutOne(node.elements as Node[], text);
  if (node.type === 'BinaryExpression') return [`((${before}) * 10)`, `((${before}) / 10)`];
  if (node.type !== 'Literal') return [];
  if (typeof node.value === 'number') return otherNumbers(node.value, before);
  if (typeof node.value === 'boolean') return [String(!node.value)];
  return 'regex' in node ? otherPatterns(before) : [];
}

function withoutOne(elements: readonly Node[], text: string): string[] {
  const items = elements.map(({ start, end }) => text.slice(start, end));
  return items.map((_, at) => `[${items.filter((_, index) => index !== at).join(', ')}]`);
}

/** Bytes written as 0x7b are characters, of which the next one is as wrong as any. */
function otherNumbers(value: number, before: string): string[] {
  if (value === 0) return ['1'];
  if (value === 1) return ['0', '2'];
  return before.startsWith('0x') ? [String(value + 1)] : [`${value * 10}`, `${Math.floor(value / 10)}`];
}

function otherPatterns(before: string): string[] {
  const end = before.lastIndexOf('/');
  const [pattern, flags] = [before.slice(1, end), before.slice(end + 1)];
  const loose = [
    pattern.startsWith('^') && `/${pattern.slice(1)}/${flags}`,
    pattern.endsWith('$') && !pattern.endsWith('\\$') && `/${pattern.slice(0, -1)}/${flags}`,
    flags.includes('i') && `/${pattern}/${flags.replace('i', '')}`,
    /[^\\]\+/.test(pattern) && `/${pattern.replace(/([^\\])\+/, '$1*')}/${flags}`,
  ];
  return loose.filter((it) => it !== false);
}
