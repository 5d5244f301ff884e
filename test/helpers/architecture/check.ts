/** Checks a source tree against the table. A function from sources to problems, so that tests can check mutated trees. */
import { isPureGlobal } from './pure-globals.ts';
import type { Row, Table } from './row.ts';
import { areaOf, cyclesOf, folderOf, readTree, type Sources, type Tree } from './tree.ts';

export type Problem = {
  /** The rule and the places by folder, without lines. */
  readonly offence: string;
  /** File, line, what is wrong, and what to do. */
  readonly message: string;
};

const MAX_FILES = 20;
const TABLE_PATH = 'test/helpers/architecture/table.ts';

export function checkArchitecture(sources: Sources, table: Table): Problem[] {
  const tree = readTree(sources);
  const used = new Set<string>();
  return [
    ...unreadable(tree),
    ...rowless(tree, table),
    ...wrongImports(tree, table, used),
    ...wrongModules(tree, table, used),
    ...wrongGlobals(tree, table, used),
    ...impureRows(table),
    ...twoWays(tree),
    ...fileCycles(tree),
    ...overfull(tree),
    ...unused(tree, table, used),
  ];
}

function unreadable({ unreadable: found }: Tree): Problem[] {
  return found.map(({ file, line, why }) => ({
    offence: `${file} ${why}`,
    message: `src/${file}:${line} ${why}: the architecture can be checked only where imports are plain strings`,
  }));
}

/** Rows that apply to a path, from its first-level folder down to the path itself. */
function rowsOf(path: string, table: Table): [string, Row][] {
  const parts = path.split('/');
  return parts.flatMap((_, index) => {
    const name = parts.slice(0, index + 1).join('/');
    const row = table[name];
    return row ? [[name, row] as [string, Row]] : [];
  });
}

function rowless({ files }: Tree, table: Table): Problem[] {
  return unique(files.map(folderOf))
    .filter((folder) => !(folder in table))
    .map((folder) => ({
      offence: `${folder} has no row`,
      message: `src/${folder} has no row in ${TABLE_PATH}: say there what it is for and what it may import`,
    }));
}

function wrongImports({ edges }: Tree, table: Table, used: Set<string>): Problem[] {
  return edges.flatMap(({ from, to, line }) => {
    const [source, target] = [folderOf(from), folderOf(to)];
    if (source === target) return [];
    const why =
      areaOf(from) === areaOf(to)
        ? whyNotBelow(areaOf(from), source, target, table)
        : whyNotAllowed(from, to, table, used);
    if (why === undefined) return [];
    return [
      { offence: `${source} imports ${target}`, message: `src/${from}:${line} imports src/${to}: ${why}` },
    ];
  });
}

/** Between areas: a row of the file or of a folder around it must name the target or a folder around that. */
function whyNotAllowed(from: string, to: string, table: Table, used: Set<string>): string | undefined {
  const rows = rowsOf(from, table);
  const permits = rows.flatMap(([name, { may = [] }]) => may.map((permit) => ({ name, permit })));
  // The first and widest permission counts as used: a narrower one beside it is needless.
  const found = permits
    .filter(({ permit }) => isWithin(to, permit))
    .sort((a, b) => a.permit.length - b.permit.length)[0];
  if (found) used.add(`${found.name} may ${found.permit}`);
  if (found) return undefined;
  const all = permits.map(({ permit }) => permit).join(', ') || 'nothing';
  return `${folderOf(from)} may import ${all}. Move what both need to model/, or pass it in, or add it to \`may\` in ${TABLE_PATH} with a reason`;
}

/** Within an area: imports follow the floors of the deepest folder around both, from top to bottom. */
function whyNotBelow(area: string, source: string, target: string, table: Table): string | undefined {
  const shared = commonFolder(source, target);
  const floors = table[shared]?.floors;
  if (floors === undefined)
    return `${shared} has no floors in ${TABLE_PATH}: name its sub-folders there, from top to bottom`;
  const [upper, lower] = [roomIn(shared, source), roomIn(shared, target)];
  const [from, to] = [floorOf(floors, upper), floorOf(floors, lower)];
  if (from === -1 || to === -1)
    return `${from === -1 ? upper : lower} is not among the floors of ${shared} in ${TABLE_PATH}`;
  if (from < to) return undefined;
  const order = floors.map((floor) => (typeof floor === 'string' ? floor : floor.join(' | '))).join(' → ');
  const relation = from === to ? 'do not know each other' : 'are imported from top to bottom only';
  return `floors of ${shared} ${relation} (${order}). Move what both need to a lower floor of ${area}/, or pass it in`;
}

/** Deepest folder around both paths, which may be one of them. */
function commonFolder(a: string, b: string): string {
  const [left, right] = [a.split('/'), b.split('/')];
  const index = left.findIndex((part, at) => part !== right[at]);
  return (index === -1 ? left : left.slice(0, index)).join('/');
}

/** Sub-folder of `folder` that contains `path`; `.` for files directly in the folder. */
const roomIn = (folder: string, path: string): string =>
  path === folder ? '.' : (path.slice(folder.length + 1).split('/')[0] ?? '.');

const floorOf = (floors: NonNullable<Row['floors']>, room: string): number =>
  floors.findIndex((floor) => (typeof floor === 'string' ? floor === room : floor.includes(room)));

const isWithin = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

function wrongModules({ outside }: Tree, table: Table, used: Set<string>): Problem[] {
  return outside.flatMap(({ from, module, names, line }) => {
    const folder = folderOf(from);
    const wrong = names.filter((name) => !useModule(from, module, name, table, used));
    if (names.length === 0 && useModule(from, module, '*', table, used)) return [];
    if (names.length > 0 && wrong.length === 0) return [];
    const what = wrong.length === 0 || wrong.includes('*') ? module : `${module} (${wrong.join(', ')})`;
    const may = modulesOf(from, table).join(', ') || 'no module';
    return [
      {
        offence: `${folder} imports ${module}`,
        message: `src/${from}:${line} imports ${what}: ${folder} may import ${may}. Have it passed in, or add it to \`modules\` in ${TABLE_PATH} with a reason`,
      },
    ];
  });
}

const modulesOf = (file: string, table: Table): string[] =>
  rowsOf(file, table).flatMap(([, { modules = [] }]) => modules);

/** `node:crypto#createHash` permits that one name of the module, `node:crypto` all of them. */
function useModule(file: string, module: string, name: string, table: Table, used: Set<string>): boolean {
  const found = rowsOf(file, table).flatMap(([row, { modules = [] }]) =>
    modules
      .filter((permit) => permit === module || permit === `${module}#${name}`)
      .map((permit) => `${row} modules ${permit}`),
  );
  for (const permit of found) used.add(permit);
  return found.length > 0;
}

function wrongGlobals({ globals }: Tree, table: Table, used: Set<string>): Problem[] {
  return globals.flatMap(({ file, name, line }) => {
    if (isPureGlobal(name)) return [];
    const folder = folderOf(file);
    const rows = rowsOf(file, table).filter(([, row]) => row.globals?.includes(name));
    for (const [row] of rows) used.add(`${row} globals ${name}`);
    if (rows.length > 0) return [];
    return [
      {
        offence: `${folder} uses ${name}`,
        message: `src/${file}:${line} uses ${name}, which ${folder} may not. Have it passed in (a Clock, a value read at the start), or add it to \`globals\` in ${TABLE_PATH} with a reason`,
      },
    ];
  });
}

/** Reports permissions of pure rows that reach the outside world. */
function impureRows(table: Table): Problem[] {
  return Object.entries(table)
    .filter(([name]) => isPure(name, table))
    .flatMap(([name, { globals = [], modules = [] }]) =>
      [...globals, ...modules.filter((module) => WORLD.test(module))].map((permit) => ({
        offence: `${name} is pure but may use ${permit}`,
        message: `${TABLE_PATH}: \`${name}\` is pure, so it may not have ${permit}`,
      })),
    );
}

const isPure = (name: string, table: Table): boolean => {
  const row = rowsOf(name, table).findLast(([, { purity }]) => purity !== undefined);
  return row?.[1].purity === 'pure';
};

/** Modules that give access to files, network, processes, time or randomness. */
const WORLD =
  /^node:(fs|net|http|https|http2|dgram|dns|tls|child_process|worker_threads|cluster|os|process|timers|perf_hooks|module|vm|inspector|sqlite)(\/|#|$)|^node:crypto($|#(?!createHash|createHmac|timingSafeEqual))|^(undici|dockerode|docker-compose|execa|chokidar|listr2|pino)(\/|$)/;

function twoWays({ edges }: Tree): Problem[] {
  const folders = edges
    .map(({ from, to, line }) => ({ from: folderOf(from), to: folderOf(to), place: `src/${from}:${line}` }))
    .filter(({ from, to }) => from !== to);
  const places = new Map(folders.map((edge) => [`${edge.from} ${edge.to}`, edge.place]));
  return cyclesOf(folders).map((group) => {
    const inside = [...places].filter(([pair]) => pair.split(' ').every((folder) => group.includes(folder)));
    const shown = inside.map(([pair, place]) => `${pair.replace(' ', ' → ')} (${place})`).join(', ');
    return {
      offence: `${group.join(' and ')} import each other`,
      message: `${group.join(' and ')} import each other: ${shown}. Move what both need to a folder below them`,
    };
  });
}

function fileCycles({ edges }: Tree): Problem[] {
  return cyclesOf(edges).map((group) => {
    const inside = edges.filter(({ from, to }) => group.includes(from) && group.includes(to));
    const shown = inside.map(({ from, to, line }) => `src/${from}:${line} → ${to}`).join(', ');
    return {
      offence: `a cycle of files in ${unique(group.map(folderOf)).join(' and ')}`,
      message: `files import each other in a cycle, types included: ${shown}. Move what they share to a file of its own`,
    };
  });
}

function overfull({ files }: Tree): Problem[] {
  const folders = Map.groupBy(files, folderOf);
  return [...folders]
    .filter(([, { length }]) => length > MAX_FILES)
    .map(([folder, { length }]) => ({
      offence: `${folder} is overfull`,
      message: `src/${folder} has ${length} files, more than ${MAX_FILES}: find the rooms in it`,
    }));
}

/** Permissions, floors and rows that no file uses: a table that is wider than the code would prove little. */
function unused({ files }: Tree, table: Table, used: ReadonlySet<string>): Problem[] {
  const folders = unique(files.map(folderOf));
  const paths = [...folders, ...files];
  return Object.entries(table).flatMap(([name, { may = [], modules = [], globals = [], floors = [] }]) => {
    const permits = [
      ...may.map((permit) => `${name} may ${permit}`),
      ...modules.map((permit) => `${name} modules ${permit}`),
      ...globals.map((permit) => `${name} globals ${permit}`),
    ].filter((permit) => !used.has(permit));
    const rooms = floors
      .flat()
      .filter((room) => !folders.some((folder) => isWithin(folder, name) && roomIn(name, folder) === room))
      .map((room) => `${name} floors ${room}`);
    const rows = paths.some((path) => isWithin(path, name)) ? [] : [`row ${name}`];
    return [...permits, ...rooms, ...rows].map((permit) => ({
      offence: `unused: ${permit}`,
      message: `${TABLE_PATH}: nothing needs \`${permit}\`. Remove it`,
    }));
  });
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];
