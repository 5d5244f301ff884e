/** Bounds on the structure of a config file: what reads data recurses into it, and aliases multiply it. */
import { isAlias, isCollection, isPair, type Node } from 'yaml';
import { asNode } from './nodes.ts';
import type { SyntaxFault } from './syntax-fault.ts';

/** Levels of maps and lists. */
const MAX_DEPTH = 100;
/** The parser looks for the anchor of each alias among all of them. */
const MAX_ALIASES = 1_000;

/** Code of a fault whose message says all. */
export const EXCESS = 'EXCESS';

/** The first place at which a file exceeds a bound. */
export function excessIn(root: Node | null): SyntaxFault | undefined {
  const waiting: { node: unknown; depth: number }[] = [{ node: root, depth: 1 }];
  let aliases = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    if (isPair(node)) waiting.push({ node: node.value, depth }, { node: node.key, depth });
    else if (isCollection(node)) {
      if (depth > MAX_DEPTH) return faultAt(node, `maps and lists are nested more than ${MAX_DEPTH} deep`);
      for (const item of node.items) waiting.push({ node: item, depth: depth + 1 });
    } else if (isAlias(node) && ++aliases > MAX_ALIASES)
      return faultAt(node, `the file has more than ${MAX_ALIASES} aliases`);
  }
  return undefined;
}

function faultAt(node: unknown, message: string): SyntaxFault {
  const [start = 0, end = 1] = asNode(node)?.range ?? [];
  return { code: EXCESS, message, pos: [start, end] };
}
