/** Reads one source file with a parser: what it imports, and which globals it uses. */
import {
  type CallExpression,
  type Expression,
  type ImportExpression,
  type MemberExpression,
  type Node,
  type ParseResult,
  parseSync,
  type VariableDeclarator,
  visitorKeys,
} from 'oxc-parser';
import { isPureGlobal } from './pure-globals.ts';

/** An import, re-export, `import()`, `require()` or `import('…')` type. */
export type ImportFact = {
  /** The path as written; undefined if it is computed and so could be anything. */
  readonly specifier: string | undefined;
  /** Imported names; `*` for the whole module, none for an import that only runs it. */
  readonly names: readonly string[];
  readonly line: number;
};

/** A use of a name that the file does not declare itself, such as `process` or `Math.random`. */
export type GlobalFact = { readonly name: string; readonly line: number };

export type Facts = {
  readonly imports: readonly ImportFact[];
  readonly globals: readonly GlobalFact[];
  /** Variables of the module that can be assigned again. */
  readonly variables: readonly GlobalFact[];
  /** Syntax errors; the facts of such a file are incomplete. */
  readonly errors: readonly string[];
};

const cache = new Map<string, Facts>();

/** Facts of a file. Cached by text, because every mutation test reads the whole tree again. */
export function readFacts(path: string, text: string): Facts {
  const known = cache.get(text);
  if (known) return known;
  const facts = parseFacts(path, text);
  cache.set(text, facts);
  return facts;
}

function parseFacts(path: string, text: string): Facts {
  const parsed = parseSync(path, text);
  const lineAt = lineCounter(text);
  const found = new Walk(lineAt);
  found.visit(parsed.program, undefined, '');
  return {
    imports: [...declaredImports(parsed, lineAt), ...found.imports],
    globals: found.references.filter(({ name }) => isGlobal(name, found)),
    variables: moduleVariables(parsed, lineAt),
    errors: [...parsed.errors.map((error) => error.message), ...references(parsed)],
  };
}

/** Names of `let` and `var` at the top level of the module. */
function moduleVariables({ program }: ParseResult, lineAt: (offset: number) => number): GlobalFact[] {
  return program.body
    .map((node) => (node.type === 'ExportNamedDeclaration' ? node.declaration : node))
    .filter((node) => node?.type === 'VariableDeclaration')
    .filter(({ kind, declare }) => (kind === 'let' || kind === 'var') && declare !== true)
    .map((node) => ({ name: `${node.kind} at the top level`, line: lineAt(node.start) }));
}

/** `/// <reference path="…"/>` is an import that the syntax tree does not show. */
const references = ({ comments }: ParseResult): string[] =>
  comments
    .filter(({ type, value }) => type === 'Line' && /^\/\s*<(reference|amd)/.test(value))
    .map(({ value }) => `//${value.trim()}: use an import`);

const isGlobal = (name: string, { declared, imported }: Walk): boolean =>
  !imported.has(rootOf(name)) && (isImpure(name) || !declared.has(rootOf(name)));

/** `Math.random` belongs to `Math`. */
const rootOf = (name: string): string => name.split('.')[0] ?? name;

function lineCounter(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map((match) => match.index);
  return (offset) => {
    const index = ends.findIndex((end) => end >= offset);
    return (index === -1 ? ends.length : index) + 1;
  };
}

/** `import … from`, `export … from` and `import '…'`, types included: a type couples two files as well. */
function declaredImports({ module }: ParseResult, lineAt: (offset: number) => number): ImportFact[] {
  const imports = module.staticImports.map(({ moduleRequest, entries }) => ({
    specifier: moduleRequest.value,
    names: entries.map(({ importName }) => importName.name ?? '*'),
    line: lineAt(moduleRequest.start),
  }));
  const exports = module.staticExports.flatMap(({ entries }) =>
    entries.flatMap(({ moduleRequest, importName }) =>
      moduleRequest
        ? [
            {
              specifier: moduleRequest.value,
              names: [importName.name ?? '*'],
              line: lineAt(moduleRequest.start),
            },
          ]
        : [],
    ),
  );
  return [...imports, ...exports];
}

/**
 * True for a name that counts as a global even if the file declares it, since a declaration elsewhere in the file could
 * hide a use: every global of Node that is not pure, and those of browsers that a later Node may have.
 */
const isImpure = (name: string): boolean =>
  /^Math\.random$|^process\./.test(name) || BROWSER.has(name) || (name in globalThis && !isPureGlobal(name));

const BROWSER: ReadonlySet<string> = new Set(['require', 'XMLHttpRequest', 'EventSource', 'location']);

/** Clearing a timer counts as the use of timers. */
const ALIASES: Readonly<Record<string, string>> = {
  clearTimeout: 'setTimeout',
  clearInterval: 'setInterval',
  clearImmediate: 'setImmediate',
};

/** Members that make an otherwise pure global impure. */
const IMPURE_MEMBERS: Readonly<Record<string, string>> = { Math: 'random', AbortSignal: 'timeout' };

/**
 * Members of any value that reach a global without its name: the constructor of a function compiles text, and
 * locale-dependent methods read the environment.
 */
const REACHING: Readonly<Record<string, string>> = {
  constructor: 'Function',
  toLocaleString: 'Intl',
  toLocaleDateString: 'Intl',
  toLocaleTimeString: 'Intl',
  localeCompare: 'Intl',
};

/** Members of `process` that need a permission of their own: one place prints. */
const OUTPUTS: ReadonlySet<string> = new Set(['stdout', 'stderr']);

/** Type syntax that contains an expression; all other `TS…` nodes are types and execute nothing. */
const TYPED_EXPRESSIONS: ReadonlySet<string> = new Set([
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
  'TSInstantiationExpression',
  'TSEnumDeclaration',
  'TSModuleDeclaration',
  'TSParameterProperty',
  'TSImportEqualsDeclaration',
]);

/** Positions of identifiers that declare a name. */
const DECLARES: Readonly<Record<string, readonly string[]>> = {
  VariableDeclarator: ['id'],
  FunctionDeclaration: ['id', 'params'],
  FunctionExpression: ['id', 'params'],
  ArrowFunctionExpression: ['params'],
  ClassDeclaration: ['id'],
  ClassExpression: ['id'],
  CatchClause: ['param'],
  ImportSpecifier: ['local'],
  ImportDefaultSpecifier: ['local'],
  ImportNamespaceSpecifier: ['local'],
  TSImportEqualsDeclaration: ['id'],
};

/** Positions of identifiers that are labels or names of another module, not variables. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  ImportSpecifier: ['imported'],
  ExportSpecifier: ['local', 'exported'],
  ExportAllDeclaration: ['exported'],
  LabeledStatement: ['label'],
  BreakStatement: ['label'],
  ContinueStatement: ['label'],
  MetaProperty: ['meta', 'property'],
};

/** Names of members; only computed ones use a variable. */
const KEYS: Readonly<Record<string, string>> = {
  MemberExpression: 'property',
  Property: 'key',
  MethodDefinition: 'key',
  PropertyDefinition: 'key',
  AccessorProperty: 'key',
};

const PATTERNS: ReadonlySet<string> = new Set([
  'ObjectPattern',
  'ArrayPattern',
  'RestElement',
  'AssignmentPattern',
]);

type AnyNode = Node & { readonly [key: string]: unknown };

/** A pass over a syntax tree. It ignores scopes: a name declared anywhere in the file counts as declared. */
class Walk {
  readonly declared = new Set<string>();
  readonly imported = new Set<string>();
  readonly references: GlobalFact[] = [];
  readonly imports: ImportFact[] = [];
  readonly #lineAt: (offset: number) => number;
  #typeDepth = 0;
  #ambientDepth = 0;
  #patternDepth = 0;

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt;
  }

  visit(node: Node, parent: Node | undefined, key: string): void {
    const isType = node.type.startsWith('TS') && !TYPED_EXPRESSIONS.has(node.type);
    const isAmbient = 'declare' in node && node.declare === true;
    if (isType) this.#typeDepth += 1;
    if (isAmbient) this.#ambientDepth += 1;
    this.#record(node, parent, key);
    this.#visitChildren(node as AnyNode);
    if (isType) this.#typeDepth -= 1;
    if (isAmbient) this.#ambientDepth -= 1;
  }

  #visitChildren(node: AnyNode): void {
    for (const key of visitorKeys[node.type] ?? []) {
      const isPattern = declares(node, key);
      if (isPattern) this.#patternDepth += 1;
      const child = node[key];
      for (const each of Array.isArray(child) ? child : [child])
        if (isNode(each)) this.visit(each, node, key);
      if (isPattern) this.#patternDepth -= 1;
    }
  }

  #record(node: Node, parent: Node | undefined, key: string): void {
    if (node.type === 'TSImportType') this.#import(node.source, ['*']);
    else if (node.type === 'TSExternalModuleReference') this.#import(node.expression, ['*']);
    else if (node.type === 'ImportExpression') this.#dynamicImport(node);
    else if (node.type === 'CallExpression') this.#requireCall(node);
    else if (node.type === 'MetaProperty' && node.meta.name === 'import')
      this.#reference('import.meta', node);
    else if (node.type === 'MemberExpression') this.#member(node);
    else if (node.type === 'VariableDeclarator') this.#taken(node);
    else if (node.type === 'Identifier' && this.#typeDepth === 0)
      this.#identifier(node.name, node, parent, key);
  }

  #member(node: MemberExpression): void {
    const name = node.computed ? literal(node.property as Expression) : nameOf(node.property);
    if (name !== undefined && Object.hasOwn(REACHING, name)) this.#reference(REACHING[name] ?? name, node);
    if (nameOf(node.object) === 'process' && (name === undefined || OUTPUTS.has(name)))
      this.#reference(`process.${name ?? '[…]'}`, node);
  }

  /** `const { stdout } = process`, and `process` under another name. */
  #taken(node: VariableDeclarator): void {
    if (node.init === null || nameOf(node.init) !== 'process') return;
    const keys = node.id.type === 'ObjectPattern' ? node.id.properties : [];
    const names = keys.map((it) => (it.type === 'Property' && !it.computed ? nameOf(it.key) : undefined));
    if (node.id.type !== 'ObjectPattern' || names.some((name) => name === undefined || OUTPUTS.has(name)))
      this.#reference('process.stdout', node);
  }

  #dynamicImport(node: ImportExpression): void {
    this.#import(node.source, ['*']);
  }

  #requireCall({ callee, arguments: [first] }: CallExpression): void {
    if (callee.type === 'Identifier' && callee.name === 'require' && first?.type !== 'SpreadElement')
      this.#import(first, ['*']);
  }

  #import(source: Expression | undefined, names: readonly string[]): void {
    if (source) this.imports.push({ specifier: literal(source), names, line: this.#lineAt(source.start) });
  }

  #identifier(name: string, node: Node, parent: Node | undefined, key: string): void {
    if (parent === undefined || isOnlyName(parent as AnyNode, key)) return;
    if (this.#patternDepth > 0 && isBinding(parent, key)) {
      // `declare const` only claims that something exists elsewhere.
      if (this.#ambientDepth === 0) this.declared.add(name);
      // An import hides the global in the whole file, and the table says what may be imported.
      if (parent.type.startsWith('Import')) this.imported.add(name);
      else if (isImpure(name)) this.#reference(name, node);
      return;
    }
    const member = IMPURE_MEMBERS[name];
    if (member === undefined) this.#reference(name, node);
    else this.#reference(isOtherMember(parent, key, member) ? name : `${name}.${member}`, node);
  }

  #reference(name: string, node: Node): void {
    this.references.push({ name: ALIASES[name] ?? name, line: this.#lineAt(node.start) });
  }
}

const nameOf = (node: Node): string | undefined => (node.type === 'Identifier' ? node.name : undefined);

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

const declares = (node: Node, key: string): boolean => DECLARES[node.type]?.includes(key) ?? false;

/** True in `{ a: NAME }`, `[NAME]`, `...NAME` and `NAME = value`; a default value is no binding. */
const isBinding = (parent: Node, key: string): boolean =>
  declares(parent, key) ||
  (PATTERNS.has(parent.type) && key !== 'right') ||
  (parent.type === 'Property' && key === 'value') ||
  parent.type === 'TSParameterProperty';

const isOnlyName = (parent: AnyNode, key: string): boolean =>
  NAMES[parent.type]?.includes(key) || (KEYS[parent.type] === key && parent.computed !== true);

/** `Math.max`: a member that is written out and is not the impure one. */
const isOtherMember = (parent: Node, key: string, impure: string): boolean =>
  parent.type === 'MemberExpression' &&
  key === 'object' &&
  !parent.computed &&
  parent.property.type === 'Identifier' &&
  parent.property.name !== impure;

/** The text of a string, or of a template without placeholders. */
function literal(node: Expression): string | undefined {
  if (node.type === 'Literal' && typeof node.value === 'string') return node.value;
  if (node.type === 'TemplateLiteral' && node.expressions.length === 0)
    return node.quasis[0]?.value.cooked ?? undefined;
  return undefined;
}
