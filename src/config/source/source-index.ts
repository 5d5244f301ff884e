/** Finds pairs and anchors of a source by name, so that a file of many keys is read in linear time. */
import { isMap, isPair, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { asNode, keyText } from './nodes.ts';

export class SourceIndex {
  readonly #root: Node | null;
  readonly #pairs = new WeakMap<YAMLMap, ReadonlyMap<string, Pair>>();
  #anchors: ReadonlyMap<string, Node> | undefined;

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

  /** The node that an alias of this name means. */
  anchored(name: string): Node | null {
    this.#anchors ??= anchorsIn(this.#root);
    return this.#anchors.get(name) ?? null;
  }
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
