/** Measurements of `scripts/sizes.mjs`. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, visitorKeys } from 'oxc-parser';
import { areaOf, cyclesOf, folderOf, readTree } from '../test/helpers/architecture/tree.ts';

/** @typedef {import('oxc-parser').Node} Node */
/** @typedef {{ median: number, p90: number, p99: number, max: number }} Spread */
/** @typedef {{ place: string, size: number }} Place */
/** @typedef {{ files: Place[], long: Place[], wide: Place[], headerless: Place[] }} Places longest files, long functions, wide lines, files without a header */
/**
 * @typedef {object} Figures
 * @property {number} files
 * @property {number} lines
 * @property {Spread} fileLines
 * @property {number} functions
 * @property {Spread} functionLines
 * @property {number} longFunctions over LONG lines
 * @property {number} longPerThousand of 1,000 functions
 * @property {number} hugeFunctions over HUGE lines
 * @property {string} fullestFolder
 * @property {number} fullestFolderFiles
 * @property {number} commentLines
 * @property {number} commentPercent
 * @property {number} wideLines over WIDE columns
 * @property {number} headerless files that do not begin with a docstring
 * @property {number} twoWayAreas pairs of first-level folders that import each other, types included
 * @property {number} twoWayFolders pairs of folders of any level that import each other
 * @property {number} cycles cycles of files, types included
 */

const LONG = 60;
const HUGE = 100;
const WIDE = 110;
const MOST_FILES = 5;

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/**
 * @param {string} src
 * @returns {{ figures: Figures, places: Places }}
 */
export function measure(src) {
  const paths = globSync('**/*.ts', { cwd: src }).sort();
  const sources = new Map(paths.map((path) => [path, readFileSync(join(src, path), 'utf8')]));
  const files = [...sources].map(([path, text]) => measureFile(path, text));
  const functions = files.flatMap((file) => file.functions);
  const long = functions.filter(({ size }) => size > LONG).sort((a, b) => b.size - a.size);
  const lines = sum(files.map((file) => file.lines));
  const comments = sum(files.map((file) => file.comments));
  const wide = files.flatMap((file) => file.wide);
  const headerless = [...sources]
    .filter(([, text]) => !text.startsWith('/**'))
    .map(([path]) => ({ place: `src/${path}`, size: 1 }));
  const [fullest, inFullest] = fullestFolder(paths);
  return {
    figures: {
      files: files.length,
      lines,
      fileLines: spread(files.map((file) => file.lines)),
      functions: functions.length,
      functionLines: spread(functions.map(({ size }) => size)),
      longFunctions: long.length,
      longPerThousand: round((1000 * long.length) / functions.length),
      hugeFunctions: long.filter(({ size }) => size > HUGE).length,
      fullestFolder: fullest,
      fullestFolderFiles: inFullest,
      commentLines: comments,
      commentPercent: round((100 * comments) / lines),
      wideLines: wide.length,
      headerless: headerless.length,
      ...importFigures(sources),
    },
    places: { files: longestFiles(sources, files), long, wide, headerless },
  };
}

/**
 * @param {string} path
 * @param {string} text
 */
function measureFile(path, text) {
  const { program, comments } = parseSync(path, text);
  const lines = text.split('\n');
  const lineAt = lineCounter(lines);
  const commented = new Set(comments.flatMap(({ start, end }) => range(lineAt(start), lineAt(end))));
  return {
    lines: lines.length - 1,
    comments: commented.size,
    functions: functionsIn(program, lineAt).map(({ line, size }) => ({ place: `src/${path}:${line}`, size })),
    wide: lines.flatMap((line, index) =>
      line.length > WIDE ? [{ place: `src/${path}:${index + 1}`, size: line.length }] : [],
    ),
  };
}

/**
 * All functions except one-line arrow functions. The lines of a function include those of nested functions, which are
 * counted as well.
 *
 * @param {Node} node
 * @param {(offset: number) => number} lineAt
 * @returns {{ line: number, size: number }[]}
 */
function functionsIn(node, lineAt) {
  const within = childrenOf(node).flatMap((child) => functionsIn(child, lineAt));
  if (!FUNCTIONS.has(node.type)) return within;
  const line = lineAt(node.start);
  const size = lineAt(node.end) - line + 1;
  return node.type === 'ArrowFunctionExpression' && size === 1 ? within : [{ line, size }, ...within];
}

/**
 * @param {Node} node
 * @returns {Node[]}
 */
function childrenOf(node) {
  return (visitorKeys[node.type] ?? []).flatMap((key) => {
    const child = /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (node))[key];
    return /** @type {Node[]} */ ([child].flat().filter((each) => each !== null && typeof each === 'object'));
  });
}

/**
 * @param {ReadonlyMap<string, string>} sources
 * @param {readonly { lines: number }[]} files in the same order
 */
function longestFiles(sources, files) {
  const places = [...sources.keys()].map((path, index) => ({
    place: `src/${path}`,
    size: files[index]?.lines ?? 0,
  }));
  return places.sort((a, b) => b.size - a.size).slice(0, MOST_FILES);
}

/**
 * Two-way imports and cycles, of values and types.
 *
 * @param {ReadonlyMap<string, string>} sources
 */
function importFigures(sources) {
  const { edges } = readTree(sources);
  return {
    twoWayAreas: twoWay(edges, areaOf),
    twoWayFolders: twoWay(edges, folderOf),
    cycles: cyclesOf(edges).length,
  };
}

/**
 * @param {readonly { from: string, to: string }[]} edges
 * @param {(file: string) => string} groupOf
 */
function twoWay(edges, groupOf) {
  const pairs = new Set(edges.map(({ from, to }) => `${groupOf(from)} ${groupOf(to)}`));
  const isBack = (/** @type {string} */ pair) => {
    const [from = '', to = ''] = pair.split(' ');
    return from < to && pairs.has(`${to} ${from}`);
  };
  return [...pairs].filter(isBack).length;
}

/**
 * @param {readonly string[]} paths
 * @returns {[string, number]}
 */
function fullestFolder(paths) {
  const folders = [...Map.groupBy(paths, folderOf)].map(([name, files]) => ({ name, count: files.length }));
  const fullest = folders.reduce((most, folder) => (folder.count > most.count ? folder : most));
  return [fullest.name, fullest.count];
}

/**
 * @param {readonly number[]} values
 * @returns {Spread}
 */
function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { median: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) ?? 0 };
}

/**
 * Line of an offset, counted from 1, by binary search.
 *
 * @param {readonly string[]} lines
 */
function lineCounter(lines) {
  const starts = [0];
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length + 1);
  return (/** @type {number} */ offset) => {
    let [low, high] = [0, lines.length];
    while (low + 1 < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}

/** @param {number} first @param {number} last */
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** @param {readonly number[]} values */
const sum = (values) => values.reduce((total, value) => total + value, 0);

/** @param {number} value */
const round = (value) => Math.round(value * 10) / 10;
