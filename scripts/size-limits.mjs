/** Limits on the figures of `src/`. A limit may be lowered, never raised. */

/** @typedef {import('./size-measures.mjs').Figures} Figures */
/** @typedef {import('./size-measures.mjs').Place} Place */
/** @typedef {import('./size-measures.mjs').Places} Places */

/** Largest allowed value of each figure. */
export const LIMITS = {
  fileMedian: 90,
  fileP90: 250,
  fileMax: 250,
  functionMedian: 12,
  functionP90: 40,
  functionMax: 60,
  fullestFolderFiles: 20,
  wideLines: 0,
  headerless: 0,
  twoWayFolders: 0,
  cycles: 0,
};

/** @typedef {keyof typeof LIMITS} Limited */

/**
 * @param {Figures} figures
 * @returns {Record<Limited, number>}
 */
export function limited(figures) {
  const { fileLines, functionLines, fullestFolderFiles, wideLines, headerless, twoWayFolders, cycles } =
    figures;
  return {
    fileMedian: fileLines.median,
    fileP90: fileLines.p90,
    fileMax: fileLines.max,
    functionMedian: functionLines.median,
    functionP90: functionLines.p90,
    functionMax: functionLines.max,
    fullestFolderFiles,
    wideLines,
    headerless,
    twoWayFolders,
    cycles,
  };
}

/** Names of the figures in reports. @type {Record<Limited, string>} */
const NAMES = {
  fileMedian: 'lines of a file, median',
  fileP90: 'lines of a file, 90 %',
  fileMax: 'lines of a file, longest',
  functionMedian: 'lines of a function, median',
  functionP90: 'lines of a function, 90 %',
  functionMax: 'lines of a function, longest',
  fullestFolderFiles: 'files in the fullest folder',
  wideLines: 'lines over 110 columns',
  headerless: 'files whose first line does not say what they are for',
  twoWayFolders: 'pairs of folders that import each other',
  cycles: 'cycles of imports between files',
};

const MOST_PLACES = 40;

/**
 * Messages for exceeded limits, with the offending places.
 *
 * @param {Figures} figures
 * @param {Places} places
 */
export function exceeded(figures, { files, long, wide, headerless }) {
  const found = limited(figures);
  /** @type {Partial<Record<Limited, Place[]>>} */
  const shown = { fileMax: files, functionMax: long, wideLines: wide, headerless };
  return /** @type {Limited[]} */ (Object.keys(LIMITS))
    .filter((name) => found[name] > LIMITS[name])
    .map((name) => {
      const list = (shown[name] ?? [])
        .slice(0, MOST_PLACES)
        .map(({ place, size }) => `\n  ${place}  ${size}`);
      return `${NAMES[name]}: ${found[name]}, allowed ${LIMITS[name]}${list.join('')}`;
    });
}
