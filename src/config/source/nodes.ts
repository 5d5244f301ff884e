/** Helpers for nodes of the YAML parser. */
import { isNode, isScalar, type Node, type Pair } from 'yaml';

export function asNode(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

/**
 * The key of a pair as text; `<<` for a merge key, which the parser marks by a symbol; empty if it is no
 * scalar.
 */
export function keyText({ key }: Pair): string {
  if (!isScalar(key)) return '';
  const { value } = key;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}
