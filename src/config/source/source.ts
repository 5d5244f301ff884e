/** A config file as text, as plain data, and as a tree with positions. */
import { type Document, isPair, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { blankJsonComments } from './json-comments.ts';
import { keyText } from './nodes.ts';

export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly root: Node | null;
  readonly lines: LineCounter;
  /** Plain data; undefined if the text could not be parsed. */
  readonly data: unknown;
  readonly errors: readonly SyntaxFault[];
}

/** An error of the YAML parser; `pos` are the offsets at which it begins and ends. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}

/** Keys and list indexes from the top of a file down to a value. */
export type KeyPath = readonly (string | number)[];

/**
 * Parses YAML, or JSON with comments if the name ends in .json or .jsonc. Never throws: faults are in
 * `errors`.
 */
export function parseSource(path: string, raw: string): Source {
  const text = raw.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const options = { lineCounter: lines, merge: true, uniqueKeys: false, prettyErrors: false } as const;
  const document = parseDocument(isJson(path) ? blankJsonComments(text) : text, options);
  const base = { path, text, lines, root: document.contents };
  if (document.errors.length > 0) return { ...base, data: undefined, errors: document.errors };
  keepTextOfValues(document);
  try {
    return { ...base, data: document.toJS(), errors: [] };
  } catch (thrown) {
    // Only the expansion finds an alias without an anchor, and aliases that multiply without end.
    return { ...base, data: undefined, errors: [aliasFault(text, thrown)] };
  }
}

export function isJson(path: string): boolean {
  return /\.jsonc?$/i.test(path);
}

function aliasFault(text: string, thrown: unknown): SyntaxFault {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const start = Math.max(0, text.indexOf(`*${/: (\S+)$/.exec(message)?.[1]}`));
  return { code: 'BAD_ALIAS', message, pos: [start, text.indexOf('\n', start)] };
}

const TEXT_MAPS = new Set(['env', 'headers', 'args']);

/** Environment variables, headers and arguments are text: `1.10` must not become 1.1. */
function keepTextOfValues(document: Document.Parsed): void {
  visit(document, {
    Scalar(key, node, path) {
      const isText = path.some((parent) => isPair(parent) && TEXT_MAPS.has(keyText(parent)));
      if (key !== 'key' && isText && node.value !== null && node.source !== undefined)
        node.value = node.source;
    },
  });
}

/** True for a map of keys: neither a list nor null. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
