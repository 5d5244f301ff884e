/** A config file as text, as plain data, and as a tree with positions. */
import { dirname } from 'node:path';
import { type Document, isCollection, isPair, LineCounter, type Node, parseDocument, visit } from 'yaml';
import { excessIn } from './excess.ts';
import { blankJsonComments } from './json-comments.ts';
import { keyText } from './nodes.ts';
import { SourceIndex } from './source-index.ts';
import type { SyntaxFault } from './syntax-fault.ts';

export interface Source {
  /** Absolute. */
  readonly path: string;
  /** Absolute: the folder in which relative paths begin. */
  readonly folder: string;
  readonly text: string;
  readonly root: Node | null;
  readonly lines: LineCounter;
  readonly index: SourceIndex;
  /** Plain data; undefined if the text could not be parsed. */
  readonly data: unknown;
  readonly errors: readonly SyntaxFault[];
}

/** Keys and list indexes from the top of a file down to a value. */
export type KeyPath = readonly (string | number)[];

/**
 * Parses YAML, or JSON with comments if the name ends in .json or .jsonc. Never throws: faults are in
 * `errors`.
 *
 * @param folder where relative paths begin: that of the file unless it stands in for another one
 */
export function parseSource(path: string, raw: string, folder = dirname(path)): Source {
  const text = raw.replace(/^\uFEFF/, '');
  const lines = new LineCounter();
  const options = {
    lineCounter: lines,
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    // Otherwise the parser prints warnings to the terminal.
    logLevel: 'error',
  } as const;
  const document = parseText(path, text, options);
  const root = document.contents;
  const base = { path, folder, text, lines, root, index: new SourceIndex(root) };
  const excess = excessIn(root);
  // Text that is nested too deep has an error of the parser as well, which says less.
  const faults = excess
    ? [excess]
    : [...document.errors, ...document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED')];
  if (faults.length > 0) return { ...base, data: undefined, errors: faults };
  keepTextOfValues(document);
  try {
    const data: unknown = document.toJS();
    if (isCircular(data)) return { ...base, data: undefined, errors: [circleFault(document)] };
    return { ...base, data, errors: [] };
  } catch (thrown) {
    // Only the expansion finds an alias without an anchor, and aliases that multiply without end.
    return { ...base, data: undefined, errors: [aliasFault(text, thrown)] };
  }
}

type Options = NonNullable<Parameters<typeof parseDocument>[1]>;

/** JSON with comments may have any name, such as `.code-workspace`; as YAML its comments are faults. */
function parseText(path: string, text: string, options: Options): Document.Parsed {
  if (isJson(path)) return parseDocument(blankJsonComments(text), options);
  const document = parseDocument(text, options);
  if (document.errors.length === 0 || !/^\s*(?:\/\/|\/\*|\{)/.test(text)) return document;
  const blanked = parseDocument(blankJsonComments(text), { ...options, lineCounter: new LineCounter() });
  return blanked.errors.length === 0 ? blanked : document;
}

export function isJson(path: string): boolean {
  return /\.jsonc?$/i.test(path);
}

function aliasFault(text: string, thrown: unknown): SyntaxFault {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const start = Math.max(0, text.indexOf(`*${/: (\S+)$/.exec(message)?.[1]}`));
  return { code: 'BAD_ALIAS', message, pos: [start, text.indexOf('\n', start)] };
}

function circleFault(document: Document.Parsed): SyntaxFault {
  let pos: SyntaxFault['pos'] = [0, 1];
  visit(document, {
    Alias(_key, alias, path) {
      const isWithin = path.some((above) => isCollection(above) && above.anchor === alias.source);
      if (!isWithin || !alias.range) return undefined;
      pos = [alias.range[0], alias.range[1]];
      return visit.BREAK;
    },
  });
  return { code: 'BAD_ALIAS', message: 'an alias stands within the value that it names', pos };
}

/** Visits each object once, so that aliases that share a value cost nothing. */
function isCircular(data: unknown, above = new Set<unknown>(), done = new Set<unknown>()): boolean {
  if (typeof data !== 'object' || data === null || done.has(data)) return false;
  if (above.has(data)) return true;
  above.add(data);
  const found = Object.values(data).some((inner) => isCircular(inner, above, done));
  above.delete(data);
  done.add(data);
  return found;
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
