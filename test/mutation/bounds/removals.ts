/** Ways to remove a bound. */
import type { BoundRow } from './rows.ts';
import { BOUND_TABLE, type Setter } from './table.ts';

/** A change of a source file after which a bound does not hold. */
export interface Removal {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

/** Far above every bound, and within what a timer of Node takes for those that are half an hour at most. */
const FACTOR = 1000;

/**
 * What must be tried for the row, one at a time.
 * @param read gives the text of a file
 * @throws Error if the table does not fit the sources
 */
export function removalsOf({ what, file }: BoundRow, read: (file: string) => string): Removal[] {
  return (BOUND_TABLE[what] ?? []).map((setter) => {
    const removal = typeof setter === 'string' ? multiplied(setter, file, read) : changed(setter, file);
    if (!removal || read(removal.file).split(removal.from).length !== 2)
      throw new Error(`${file}: ${setter} must occur once: change test/mutation/bounds with it`);
    return removal;
  });
}

const changed = ([from, to]: Exclude<Setter, string>, file: string): Removal => ({ file, from, to });

/** A constant of the module, or a member of an object, with a number. */
function multiplied(setter: string, ofRow: string, read: (file: string) => string): Removal | undefined {
  const [file, name] = setter.includes('#') ? setter.split('#') : [ofRow, setter];
  const pattern = new RegExp(`\\b${name}(?:(?:: [^=\\n]+)? = |: )([\\d.(][^;,}\\n]*?)(?=[;,]| })`);
  const found = pattern.exec(read(file as string));
  if (!found) return undefined;
  const [from, number = ''] = found;
  return { file: file as string, from, to: `${from.slice(0, -number.length)}(${number}) * ${FACTOR}` };
}
