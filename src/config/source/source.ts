/** One config file as text and as a tree that remembers where everything was written. */
import {
  type Document,
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import { blankJsonComments } from './json-comments.ts';
import { lineText } from './line-text.ts';

export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly root: Node | null;
  readonly lines: LineCounter;
  /** Plain data; undefined when the text could not be parsed. */
  readonly data: unknown;
  readonly errors: readonly YAMLError[];
}

/** A stretch of a source, as compilers underline it; line and column are 1-based. */
export interface Mark {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

export type KeyPath = readonly (string | number)[];

/** Parses YAML, or JSON with comments when the name ends in .json or .jsonc. Never throws: `errors` says what is wrong. */
export function parseSource(path: string, raw: string): Source {
  const text = raw.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const options = { lineCounter: lines, merge: true, uniqueKeys: false, prettyErrors: false } as const;
  const document = parseDocument(/\.jsonc?$/i.test(path) ? blankJsonComments(text) : text, options);
  const base = { path, text, lines, root: document.contents };
  if (document.errors.length > 0) return { ...base, data: undefined, errors: document.errors };
  keepTextOfValues(document);
  try {
    return { ...base, data: document.toJS(), errors: [] };
  } catch (thrown) {
    // An alias to nothing, or aliases that multiply without end: known only when they are expanded.
    return { ...base, data: undefined, errors: [aliasError(text, thrown)] };
  }
}

function aliasError(text: string, thrown: unknown): YAMLError {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const start = Math.max(0, text.indexOf(`*${/: (\S+)$/.exec(message)?.[1]}`));
  return {
    name: 'YAMLParseError',
    code: 'BAD_ALIAS',
    message,
    pos: [start, text.indexOf('\n', start)],
  } as YAMLError;
}

const TEXT_MAPS = new Set(['env', 'headers', 'args']);

/** Environment variables, headers and arguments are text: `1.10` must not become 1.1 on the way. */
function keepTextOfValues(document: Document.Parsed): void {
  visit(document, {
    Scalar(key, node, path) {
      const isText = path.some((parent) => isPair(parent) && TEXT_MAPS.has(keyText(parent)));
      if (key !== 'key' && isText && node.value !== null && node.source !== undefined)
        node.value = node.source;
    },
  });
}

/** Where the value at a key path stands, or its key with `of: 'key'`; what is absent is found at its nearest parent. */
export function locate(source: Source, keyPath: KeyPath, of: 'key' | 'value' = 'value'): Mark {
  let node: Node | null = source.root;
  let found: Node | null = node;
  for (const [index, key] of keyPath.entries()) {
    const pair = child(source, node, key);
    if (pair === undefined) break;
    node = pair.value;
    found =
      of === 'value' && index === keyPath.length - 1 ? (pair.value ?? pair.key) : (pair.key ?? pair.value);
  }
  return markOf(source, found);
}

interface Child {
  readonly key: Node | null;
  readonly value: Node | null;
}

function child(source: Source, parent: Node | null, key: string | number): Child | undefined {
  const node = resolveAlias(source, parent);
  if (isSeq(node)) return { key: null, value: asNode(node.items[Number(key)]) };
  if (!isMap(node)) return undefined;
  const pairs = node.items.filter(isPair);
  // A key written twice is a problem of its own; the data holds the last one.
  const own = pairs.findLast((pair) => keyText(pair) === String(key));
  if (own) return { key: asNode(own.key), value: asNode(own.value) };
  const merged = pairs.filter((pair) => keyText(pair) === '<<').map((pair) => asNode(pair.value));
  for (const from of merged) {
    const inherited = child(source, from, key);
    if (inherited) return inherited;
  }
  return undefined;
}

function resolveAlias(source: Source, node: Node | null): Node | null {
  if (!isAlias(node)) return node;
  const anchored = new Map<string, Node>();
  collectAnchors(source.root, anchored);
  return anchored.get(node.source) ?? null;
}

function collectAnchors(node: unknown, into: Map<string, Node>): void {
  if (isPair(node)) {
    collectAnchors(node.value, into);
  } else if (isMap(node) || isSeq(node)) {
    if (node.anchor) into.set(node.anchor, node);
    for (const item of node.items) collectAnchors(item, into);
  } else if (isScalar(node) && node.anchor) into.set(node.anchor, node);
}

function asNode(value: unknown): Node | null {
  return isNode(value) ? value : null;
}

function keyText(pair: Pair): string {
  if (!isScalar(pair.key)) return '';
  const { value } = pair.key;
  // The parser marks a merge key by a symbol called `<<`.
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}

function markOf(source: Source, node: Node | null): Mark {
  const [start = 0, end = 1] = node?.range ?? [];
  return markAt(source, start, end);
}

/** The stretch between two offsets, cut at the end of the first line. */
export function markAt(source: Source, start: number, end: number): Mark {
  const { line, col } = source.lines.linePos(start);
  const rest = lineText(source, line).length - (col - 1);
  return {
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    length: Math.max(1, Math.min(end - start, rest)),
  };
}

export interface DuplicateKey {
  readonly keyPath: KeyPath;
  readonly first: Mark;
  readonly second: Mark;
}

/** Keys written twice in one map, which parsers silently let the last one win. */
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

/** True for a map of keys: neither a list nor nothing. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
