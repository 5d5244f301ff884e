/** Proves that the architecture check catches violations. */
import assert from 'node:assert/strict';
import { relative } from 'node:path';
import { describe, test } from 'node:test';
import { checkArchitecture } from './helpers/architecture/check.ts';
import type { Table } from './helpers/architecture/row.ts';
import { readSources } from './helpers/architecture/sources.ts';
import { TABLE } from './helpers/architecture/table.ts';
import { folderOf, readTree, type Sources } from './helpers/architecture/tree.ts';

/** Each test damages a copy of the tree or of the table in one way; the checker must report that damage and nothing else. */
const SOURCES = readSources();
const BEFORE = new Set(checkArchitecture(SOURCES, TABLE).map(({ message }) => message));

/** Offences of a damaged tree or table that the tree as it is does not have. */
function newOffences(sources: Sources, table: Table = TABLE): string[] {
  const problems = checkArchitecture(sources, table).filter(({ message }) => !BEFORE.has(message));
  return [...new Set(problems.map(({ offence }) => offence))];
}

/** Files directly in a folder. Mutations take any of them, so renamed files need no change here. */
function filesIn(folder: string): string[] {
  const files = [...SOURCES.keys()].filter((file) => folderOf(file) === folder);
  assert.ok(files.length > 0, `src/${folder} is empty`);
  return files;
}

const anyFile = (folder: string): string => filesIn(folder)[0] ?? '';

/** The tree with a line added to some file of a folder. `'edge/*'` in the line stands for the path to some file of `edge`. */
function withLine(folder: string, line: string): Sources {
  const file = anyFile(folder);
  const added = line.replace(/(['"`])([\w/-]+)\/\*\1/, (_, quote, target) => {
    return `${quote}${pathBetween(folder, anyFile(target))}${quote}`;
  });
  return new Map(SOURCES).set(file, `${SOURCES.get(file)}\n${added}\n`);
}

function pathBetween(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.startsWith('.') ? path : `./${path}`;
}

const withFile = (file: string, text: string): Sources => new Map(SOURCES).set(file, text);

/** A mutation: its name, the folder, the added line, the expected offence. */
type Mutation = readonly [name: string, folder: string, line: string, offence: string];

const FOUND_BY_REVIEW: readonly Mutation[] = [
  ['a side-effect import', 'catalog', "import 'runtime/*';", 'catalog imports runtime'],
  ['the clock', 'reconcile', 'export const now = () => Date.now();', 'reconcile uses Date'],
  ['the environment', 'reconcile', 'export const home = process.env.HOME;', 'reconcile uses process'],
  ['a package', 'compile', "import { request } from 'undici'; request;", 'compile imports undici'],
  ['a module of Node', 'catalog', "import net from 'node:net'; net;", 'catalog imports node:net'],
  [
    'an import from a higher floor',
    'runtime/memory',
    "import { createRuntime } from 'runtime/*'; createRuntime;",
    'runtime/memory imports runtime',
  ],
  [
    'a dynamic import in double quotes',
    'catalog',
    'export const load = () => import("runtime/*");',
    'catalog imports runtime',
  ],
  [
    'an import of a later stage',
    'catalog',
    "import { createEdge } from 'edge/*'; createEdge;",
    'catalog imports edge',
  ],
];

const HIDDEN: readonly Mutation[] = [
  [
    'a function from the constructor of a value',
    'reconcile',
    "export const now = [].constructor.constructor('return Date.now()');",
    'reconcile uses Function',
  ],
  ['the locale of a number', 'reconcile', 'export const t = (1).toLocaleString();', 'reconcile uses Intl'],
  ['the locale of a comparison', 'catalog', "export const t = 'a'.localeCompare('b');", 'catalog uses Intl'],
  [
    'the network behind a declaration',
    'reconcile',
    "declare const WebSocket: new (url: string) => object; export const s = new WebSocket('ws://x');",
    'reconcile uses WebSocket',
  ],
  [
    'a parameter that shares its name with a global',
    'reconcile',
    'export const f = (navigator: object) => navigator; export const n = navigator.hardwareConcurrency;',
    'reconcile uses navigator',
  ],
  [
    'state of the module',
    'reconcile',
    'let count = 0; export const next = () => (count += 1);',
    'reconcile uses let at the top level',
  ],
];

const IMPORTS: readonly Mutation[] = [
  ['a type', 'catalog', "import type { Edge } from 'edge/*'; export type E = Edge;", 'catalog imports edge'],
  [
    'an inline type',
    'catalog',
    "import { type Edge } from 'edge/*'; export type E = Edge;",
    'catalog imports edge',
  ],
  ['an import() type', 'catalog', "export type E = import('edge/*').Edge;", 'catalog imports edge'],
  ['a typeof import() type', 'catalog', "export type E = typeof import('edge/*');", 'catalog imports edge'],
  ['a re-export', 'catalog', "export { createEdge } from 'edge/*';", 'catalog imports edge'],
  ['a re-export of everything', 'catalog', "export * from 'edge/*';", 'catalog imports edge'],
  ['a re-export of types', 'catalog', "export type * from 'edge/*';", 'catalog imports edge'],
  ['an import by template', 'catalog', 'export const load = () => import(`edge/*`);', 'catalog imports edge'],
  ['an import assignment', 'catalog', "import edge = require('edge/*'); edge;", 'catalog imports edge'],
  [
    'a package under another path',
    'compile',
    "import 'dockerode/lib/docker.js';",
    'compile imports dockerode/lib/docker.js',
  ],
  ['a module without its prefix', 'catalog', "import fs from 'fs'; fs;", 'catalog imports fs'],
  [
    'a type of a package',
    'runtime/calls',
    "import type Docker from 'dockerode'; export type D = Docker;",
    'runtime/calls imports dockerode',
  ],
  ['the engine beyond its folder', 'edge', "import { execa } from 'execa'; execa;", 'edge imports execa'],
  [
    'randomness beside an allowed hash',
    'catalog',
    "import { randomUUID } from 'node:crypto'; randomUUID;",
    'catalog imports node:crypto',
  ],
  [
    'a whole module of which one name is allowed',
    'catalog',
    "import * as all from 'node:crypto'; all;",
    'catalog imports node:crypto',
  ],
  [
    'timers by import',
    'reconcile',
    "import { setTimeout as wait } from 'node:timers/promises'; wait;",
    'reconcile imports node:timers/promises',
  ],
  [
    'one era in the other',
    'edge/modern',
    "import type { Sessions } from 'edge/legacy/*'; export type S = Sessions;",
    'edge/modern imports edge/legacy',
  ],
  [
    'one era in the other, the other way',
    'edge/legacy',
    "import 'edge/modern/*';",
    'edge/legacy imports edge/modern',
  ],
  [
    'an upper floor of the edge',
    'edge/http',
    "export type * from 'edge/shared/*';",
    'edge/http imports edge/shared',
  ],
  ['the spine', 'runtime', "import '../gateway.ts';", 'runtime imports gateway.ts'],
];

const WORLD: readonly Mutation[] = [
  [
    'a computed member',
    'reconcile',
    "export const now = globalThis['Date'].now();",
    'reconcile uses globalThis',
  ],
  ['destructuring', 'reconcile', 'export const { env } = process;', 'reconcile uses process'],
  ['destructured randomness', 'compile', 'export const { random } = Math;', 'compile uses Math.random'],
  ['quoted randomness', 'compile', "export const chance = Math['random']();", 'compile uses Math.random'],
  ['an alias', 'reconcile', 'const Clock = Date; export const now = Clock.now();', 'reconcile uses Date'],
  [
    'a declaration that hides the global',
    'reconcile',
    'export const at = (Date: { now(): number }) => Date.now();',
    'reconcile uses Date',
  ],
  ['a default value', 'compile', 'export const at = (now = Date.now()) => now;', 'compile uses Date'],
  ['a shorthand property', 'catalog', 'export const deps = { fetch };', 'catalog uses fetch'],
  ['a timer', 'model', 'setTimeout(() => undefined, 1);', 'model uses setTimeout'],
  [
    'a cleared timer',
    'model',
    'export const stop = (id: number) => clearTimeout(id);',
    'model uses setTimeout',
  ],
  [
    'a signal with a time limit',
    'wire',
    'export const soon = AbortSignal.timeout(1);',
    'wire uses AbortSignal.timeout',
  ],
  ['the performance clock', 'wire', 'export const now = performance.now();', 'wire uses performance'],
  ['web crypto', 'compile', 'export const id = crypto.randomUUID();', 'compile uses crypto'],
  ['the locale', 'compile', 'export const words = new Intl.NumberFormat().format(1);', 'compile uses Intl'],
  [
    'the place of the file',
    'compile',
    'export const here = import.meta.dirname;',
    'compile uses import.meta',
  ],
  ['text that is run', 'reconcile', "export const now = eval('Date.now()');", 'reconcile uses eval'],
  [
    'a function from text',
    'reconcile',
    "export const now = new Function('return Date.now()');",
    'reconcile uses Function',
  ],
  ['a class field', 'reconcile', 'export class Clock { readonly at = Date.now(); }', 'reconcile uses Date'],
  [
    'a type assertion',
    'reconcile',
    'export const at = (Date as { now(): number }).now();',
    'reconcile uses Date',
  ],
  ['console', 'catalog', "console.log('merged');", 'catalog uses console'],
  ['console, where processes are at hand', 'cli', "console.log('merged');", 'cli uses console'],
  ['output', 'cli', "process.stdout.write('x');", 'cli uses process.stdout'],
  ['quoted output', 'cli', "process['stderr'].write('x');", 'cli uses process.stderr'],
  ['output by a computed name', 'cli', "process[`std${'out'}`].write('x');", 'cli uses process.[…]'],
  [
    'output that is taken out',
    'cli/up',
    "const { stdout: out } = process; out.write('x');",
    'cli/up uses process.stdout',
  ],
  ['output under another name', 'cli', "const p = process; p.stdout.write('x');", 'cli uses process.stdout'],
];

for (const [title, mutations] of Object.entries({
  'the eight that a regular expression let pass, or caught': FOUND_BY_REVIEW,
  'the world behind another name': HIDDEN,
  'what is imported, however it is written': IMPORTS,
  'the world in a pure folder, however it is reached': WORLD,
}))
  describe(title, () => {
    for (const [name, folder, line, offence] of mutations)
      test(`${name} in ${folder} must be reported`, () => {
        const found = newOffences(withLine(folder, line)).filter((each) => !each.startsWith('a cycle of'));
        assert.deepEqual(found.filter(isNotTwoWay), [offence]);
      });
  });

/** An upward import also closes a cycle of folders, whose length depends on the tree. */
const isNotTwoWay = (offence: string): boolean => !offence.endsWith('import each other');

describe('the tree as a whole', () => {
  test('require() must be reported as an import and as a global', () => {
    const found = newOffences(withLine('catalog', "export const net = require('node:net');"));
    assert.deepEqual(found.sort(), ['catalog imports node:net', 'catalog uses require']);
  });

  test('a computed import must be reported: it could be anything', () => {
    const file = anyFile('catalog');
    const found = newOffences(withLine('catalog', 'export const load = (path: string) => import(path);'));
    assert.deepEqual(found, [`${file} imports a computed path`]);
  });

  test('an import of a file outside src must be reported', () => {
    const found = newOffences(withLine('catalog', "import '../../test/helpers/seed.ts';"));
    assert.match(found.join(), /imports \.\.\/test\/helpers\/seed\.ts, which is not in src/);
  });

  test('a file that does not parse must be reported', () => {
    assert.equal(newOffences(withLine('catalog', 'export const = ;')).length, 1);
  });

  test('a barrel must count as an import of all that it exports', () => {
    const barrel = withFile('catalog/all.ts', `export * from '../${anyFile('edge')}';\n`);
    assert.deepEqual(newOffences(barrel), ['catalog imports edge']);
  });

  test('two folders that import each other must be reported, types included', () => {
    const both = withFile(
      'compile/a.ts',
      "import type { B } from '../reconcile/b.ts';\nexport type A = B;\n",
    );
    const found = newOffences(
      new Map(both).set('reconcile/b.ts', "import type { A } from '../compile/a.ts';\nexport type B = A;\n"),
    );
    assert.ok(found.includes('compile and reconcile import each other'), found.join('\n'));
  });

  test('two files of one folder that import each other must be reported, types included', () => {
    const { from, to } = readTree(SOURCES).edges.find(isInside('wire')) ?? assert.fail('wire has no imports');
    const back = `import type {} from './${from.slice('wire/'.length)}';\n`;
    const found = newOffences(new Map(SOURCES).set(to, `${back}${SOURCES.get(to)}`));
    assert.deepEqual(found, ['a cycle of files in wire']);
  });

  test('a root file, a folder and a sub-folder without a row must be reported', () => {
    for (const file of ['helpers.ts', 'utils/text.ts', 'edge/extra/extra.ts'])
      assert.deepEqual(newOffences(withFile(file, 'export {};\n')), [`${folderOf(file)} has no row`]);
  });

  test('a sub-folder that is on no floor must be reported once it imports something beside it', () => {
    const extra = withFile('edge/extra/extra.ts', `import '../../${anyFile('edge/http')}';\n`);
    assert.ok(newOffences(extra).includes('edge/extra imports edge/http'));
  });

  test('a folder of more than twenty files must be reported', () => {
    const many = Array.from({ length: 20 }, (_, index): [string, string] => [
      `wire/n${index}.ts`,
      'export {};\n',
    ]);
    assert.deepEqual(newOffences(new Map([...SOURCES, ...many])), ['wire is overfull']);
  });

  test('a file of another kind must be reported', () => {
    const found = newOffences(withFile('reconcile/more.mts', "import 'node:fs';\n"));
    assert.ok(found.includes('reconcile imports node:fs'), found.join(', '));
  });

  test('a reference in a comment must be reported', () => {
    const file = anyFile('catalog');
    const found = newOffences(
      withFile(file, `/// <reference path="../edge/edge.ts" />\n${SOURCES.get(file)}`),
    );
    assert.match(found.join(), /reference path/);
  });
});

const isInside =
  (folder: string) =>
  ({ from, to }: { from: string; to: string }): boolean =>
    folderOf(from) === folder && folderOf(to) === folder;

describe('the table itself', () => {
  const withRow = (name: string, row: Partial<Table[string]>): Table => {
    const before = TABLE[name] ?? { what: '' };
    return { ...TABLE, [name]: { ...before, ...row } };
  };

  test('a permission that nobody uses must be reported', () => {
    const { may = [], modules = [], floors = [] } = { ...TABLE.catalog, floors: TABLE.edge?.floors };
    for (const [table, offence] of [
      [withRow('catalog', { may: [...may, 'errors.ts'] }), 'unused: catalog may errors.ts'],
      [withRow('catalog', { may: [...may, 'wire/codes.ts'] }), 'unused: catalog may wire/codes.ts'],
      [withRow('catalog', { modules: [...modules, 'node:path'] }), 'unused: catalog modules node:path'],
      [withRow('cli/login', { globals: ['fetch'] }), 'unused: cli/login globals fetch'],
      [withRow('edge', { floors: [...floors, 'extra'] }), 'unused: edge floors extra'],
      [withRow('edge/extra', { what: 'more' }), 'unused: row edge/extra'],
    ] as const)
      assert.ok(newOffences(SOURCES, table).includes(offence), offence);
  });

  test('a pure folder must not be granted the world', () => {
    const table = withRow('reconcile', { modules: ['node:fs'], globals: ['Date'] });
    const found = newOffences(SOURCES, table).filter((offence) => offence.includes('is pure'));
    assert.deepEqual(found, ['reconcile is pure but may use Date', 'reconcile is pure but may use node:fs']);
  });

  test('a permission that is taken away must be missed', () => {
    const found = newOffences(SOURCES, withRow('catalog', { may: ['model', 'policy'] }));
    assert.deepEqual(found, ['catalog imports wire']);
  });

  test('a row that is taken away must be missed', () => {
    const { reconcile: _, ...table } = TABLE;
    assert.ok(newOffences(SOURCES, table).includes('reconcile has no row'));
  });
});

test('a report must name file, line, import and what to do', () => {
  const file = anyFile('catalog');
  const damaged = withLine('catalog', "import net from 'node:net'; net;");
  const line = (SOURCES.get(file) ?? '').split('\n').length + 1;
  const report = checkArchitecture(damaged, TABLE).find(({ offence }) => offence.endsWith('node:net'));
  assert.match(
    report?.message ?? '',
    new RegExp(`^src/${file}:${line} imports node:net: catalog may import .*table\\.ts`),
  );
});
