/** Finds pairs and anchors of a source by name, so that a file of many keys is read in linear time. */
import { isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { hiddenRanges, type Range } from './hidden.ts';
import { asNode, keyText } from './nodes.ts';

export class SourceIndex {
  readonly #root: Node | null;
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  #anchors: ReadonlyMap<string, Node> | undefined;
  #hidden: readonly Range[] | undefined;

  constructor(root: Node | null) {
    this.#root = root;
  }

  /** Of duplicate keys, which are a problem of their own, the data holds the last. */
  pair(map: YAMLMap, key: string): Pair | undefined {
    let pairs = this.#pairs.get(map);
    if (!pairs) {
      pairs = new Map(map.items.filter(isPair).map((pair) => [keyText(pair), pair]));
      this.#pairs.set(map, pairs);
    }
    return pairs.get(key);
  }

  /** Ranges of values that may be secret and reach into the range between two offsets, in order. */
  hiddenIn(from: number, to: number): Range[] {
    this.#hidden ??= hiddenRanges(this.#root);
    const found: Range[] = [];
    for (let at = firstAfter(this.#hidden, from); at < this.#hidden.length; at++) {
      const range = this.#hidden[at];
      if (!range || range[0] >= to) break;
      found.push(range);
    }
    return found;
  }

  /** The node that an alias of this name means. */
  anchored(name: string): Node | null {
    this.#anchors ??= anchorsIn(this.#root);
    return this.#anchors.get(name) ?? null;
  }
}

/** Index of the first range that ends after the offset. */
function firstAfter(ranges: readonly Range[], offset: number): number {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[1] ?? 0) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function anchorsIn(root: Node | null): ReadonlyMap<string, Node> {
  const anchors = new Map<string, Node>();
  const collect = (node: unknown): void => {
    if (isPair(node)) collect(node.value);
    else if (isMap(node) || isSeq(node)) {
      if (node.anchor) anchors.set(node.anchor, node);
      for (const item of node.items) collect(item);
    } else if (isScalar(node) && node.anchor) anchors.set(node.anchor, asNode(node) ?? node);
  };
  collect(root);
  return anchors;
}
