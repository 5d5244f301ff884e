/** Keys that one map holds twice. Parsers silently take the last one. */
import { isMap, isPair, isSeq } from 'yaml';
import { type Mark, markOf } from './locate.ts';
import { asNode, keyText } from './nodes.ts';
import type { KeyPath, Source } from './source.ts';

export interface DuplicateKey {
  readonly keyPath: KeyPath;
  readonly first: Mark;
  readonly second: Mark;
}

export function duplicateKeys(source: Source): DuplicateKey[] {
  return [...duplicatesIn(source, source.root, [])];
}

function* duplicatesIn(source: Source, node: unknown, keyPath: KeyPath): Generator<DuplicateKey> {
  if (isSeq(node)) {
    for (const [index, item] of node.items.entries()) yield* duplicatesIn(source, item, [...keyPath, index]);
  }
  if (!isMap(node)) return;
  const seen = new Map<string, Mark>();
  for (const pair of node.items.filter(isPair)) {
    const key = keyText(pair);
    const path = [...keyPath, key];
    const mark = markOf(source, asNode(pair.key));
    const first = seen.get(key);
    if (first && key !== '<<') yield { keyPath: path, first, second: mark };
    seen.set(key, first ?? mark);
    yield* duplicatesIn(source, pair.value, path);
  }
}
