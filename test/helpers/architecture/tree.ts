/** The source tree as a graph of imports, with the imports of packages and modules of Node. */
import { dirname, join } from 'node:path';
import { type Facts, type GlobalFact, type ImportFact, readFacts } from './facts.ts';

/** Files of `src/` by their path below it, such as `edge/app.ts`, each with its text. */
export type Sources = ReadonlyMap<string, string>;

/** An import of another file of the tree. */
export type Edge = { readonly from: string; readonly to: string; readonly line: number };

/** An import of a package or of a module of Node. */
export type Outside = Omit<ImportFact, 'specifier'> & { readonly from: string; readonly module: string };

export type Tree = {
  readonly files: readonly string[];
  readonly edges: readonly Edge[];
  readonly outside: readonly Outside[];
  readonly globals: readonly (GlobalFact & { readonly file: string })[];
  /** Imports that lead nowhere or cannot be read, and files that do not parse. */
  readonly unreadable: readonly { readonly file: string; readonly line: number; readonly why: string }[];
};

export function readTree(sources: Sources): Tree {
  const facts = [...sources].map(([file, text]): [string, Facts] => [file, readFacts(file, text)]);
  const imports = facts.flatMap(([from, { imports }]) => imports.map((fact) => ({ from, ...fact })));
  const edges = imports.flatMap(({ from, specifier, line }) =>
    specifier?.startsWith('.') ? [{ from, to: join(dirname(from), specifier), line }] : [],
  );
  const computed = imports
    .filter(({ specifier }) => specifier === undefined)
    .map(({ from, line }) => ({ file: from, line, why: 'imports a computed path' }));
  const missing = edges
    .filter(({ to }) => !sources.has(to))
    .map(({ from, to, line }) => ({ file: from, line, why: `imports ${to}, which is not in src/` }));
  const broken = facts.flatMap(([file, { errors }]) => errors.map((why) => ({ file, line: 1, why })));
  return {
    files: [...sources.keys()],
    edges: edges.filter(({ to }) => sources.has(to)),
    outside: imports.flatMap(({ specifier, ...rest }) =>
      specifier === undefined || specifier.startsWith('.') ? [] : [{ ...rest, module: specifier }],
    ),
    globals: facts.flatMap(([file, { globals, variables }]) =>
      [...globals, ...variables].map((fact) => ({ file, ...fact })),
    ),
    unreadable: [...computed, ...missing, ...broken],
  };
}

/** `edge/shared` for `edge/shared/route.ts`. A root file counts as its own folder, since each has its own role. */
export const folderOf = (file: string): string => (file.includes('/') ? dirname(file) : file);

/** First-level folder, or root file. */
export const areaOf = (path: string): string => path.split('/')[0] ?? path;

/**
 * Groups of two or more nodes that reach each other along the edges, each sorted. Tarjan's algorithm; the recursion is as deep as
 * the longest chain of imports.
 */
export function cyclesOf(edges: readonly { readonly from: string; readonly to: string }[]): string[][] {
  const next = Map.groupBy(edges, ({ from }) => from);
  const indexes = new Map<string, number>();
  const lows = new Map<string, number>();
  const stack: string[] = [];
  const cycles: string[][] = [];
  const enter = (node: string): number => {
    indexes.set(node, indexes.size);
    stack.push(node);
    let low = indexes.size - 1;
    for (const { to } of next.get(node) ?? []) {
      if (!indexes.has(to)) low = Math.min(low, enter(to));
      else if (stack.includes(to)) low = Math.min(low, lows.get(to) ?? indexes.get(to) ?? low);
    }
    lows.set(node, low);
    if (low === indexes.get(node)) leave(node);
    return low;
  };
  const leave = (node: string) => {
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) cycles.push(group.sort());
  };
  for (const node of next.keys()) if (!indexes.has(node)) enter(node);
  return cycles;
}
