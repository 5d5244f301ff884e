/** Positions of keys and values in a source. */
import { isAlias, isMap, isPair, isSeq, type Node } from 'yaml';
import type { Place } from '../../model/desired.ts';
import { lineText } from './line-text.ts';
import { asNode, keyText } from './nodes.ts';
import type { KeyPath, Source } from './source.ts';

/** A stretch of a source, as compilers underline it. */
export interface Mark {
  /** 1-based, as is `column`. */
  readonly line: number;
  readonly column: number;
  /** In characters; at least 1, and never beyond the end of the line. */
  readonly length: number;
}

/**
 * The place of the value at a key path, or of its key. An absent value has the place of its nearest parent.
 */
export function locate(source: Source, keyPath: KeyPath, of: 'key' | 'value' = 'value'): Mark {
  let node: Node | null = source.root;
  let found: Node | null = node;
  for (const [index, key] of keyPath.entries()) {
    const pair = child(source, node, key);
    if (pair === undefined) break;
    node = pair.value;
    const isLast = index === keyPath.length - 1;
    found = of === 'value' && isLast ? (pair.value ?? pair.key) : (pair.key ?? pair.value);
  }
  return markOf(source, found);
}

/** File and line of a key, or of its value. */
export function placeOf(source: Source, keyPath: KeyPath, of: 'key' | 'value' = 'key'): Place {
  return { path: source.path, line: locate(source, keyPath, of).line };
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function child(source: Source, parent: Node | null, key: string | number): Child | undefined {
  const node = resolveAlias(source, parent);
  if (isSeq(node)) return { key: null, value: asNode(node.items[Number(key)]) };
  if (!isMap(node)) return undefined;
  const own = source.index.pair(node, String(key));
  if (own) return { key: asNode(own.key), value: asNode(own.value) };
  // A map may have several merge keys.
  const merged = source.index.pair(node, '<<')
    ? node.items.filter((pair) => isPair(pair) && keyText(pair) === '<<').map((pair) => asNode(pair.value))
    : [];
  for (const from of merged) {
    const inherited = child(source, from, key);
    if (inherited) return inherited;
  }
  return undefined;
}

function resolveAlias(source: Source, node: Node | null): Node | null {
  return isAlias(node) ? source.index.anchored(node.source) : node;
}

/** The place of a node; the start of the file for null. */
export function markOf(source: Source, node: Node | null): Mark {
  const [start = 0, end = 1] = node?.range ?? [];
  return markAt(source, start, end);
}

/** The stretch between two offsets, cut at the end of its first line. */
export function markAt(source: Source, start: number, end: number): Mark {
  const { line, col } = source.lines.linePos(start);
  const rest = lineText(source, line).length - (col - 1);
  return {
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    length: Math.max(1, Math.min(end - start, rest)),
  };
}
