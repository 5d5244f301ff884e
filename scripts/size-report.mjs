/** Reports of `scripts/sizes.mjs`: lines for the terminal, a Markdown table for documents. */

/** @typedef {import('./size-measures.mjs').Figures} Figures */

/** @param {Figures} figures */
export function listed(figures) {
  return rowsOf(figures)
    .map(([name, value]) => `${name.padEnd(52)}${value}`)
    .join('\n');
}

/**
 * A Markdown table of two measurements.
 *
 * @param {Figures} before
 * @param {Figures} now
 */
export function compared(before, now) {
  const earlier = new Map(rowsOf(before));
  const rows = rowsOf(now).map(([name, value]) => `| ${name} | ${earlier.get(name)} | ${value} |`);
  return ['| measure | before | now |', '|---|---|---|', ...rows].join('\n');
}

/**
 * @param {Figures} figures
 * @returns {[string, string][]}
 */
function rowsOf(figures) {
  const { fileLines, functionLines } = figures;
  return [
    ['files / lines', `${figures.files} / ${figures.lines}`],
    ['lines per file, median / p90 / max', `${fileLines.median} / ${fileLines.p90} / ${fileLines.max}`],
    ['functions', `${figures.functions}`],
    [
      'lines per function, median / p90 / p99 / max',
      `${functionLines.median} / ${functionLines.p90} / ${functionLines.p99} / ${functionLines.max}`,
    ],
    ['functions over 60 lines, per 1,000', `${figures.longFunctions} = ${figures.longPerThousand}`],
    ['functions over 100 lines', `${figures.hugeFunctions}`],
    ['fullest folder (files)', `${figures.fullestFolder} ${figures.fullestFolderFiles}`],
    ['comment lines', `${figures.commentLines} = ${figures.commentPercent} %`],
    ['lines over 110 columns', `${figures.wideLines}`],
    ['files without a header', `${figures.headerless}`],
    ['two-way imports, first-level folders, types too', `${figures.twoWayAreas}`],
    ['two-way imports, any two folders, types too', `${figures.twoWayFolders}`],
    ['import cycles, types too', `${figures.cycles}`],
  ];
}
