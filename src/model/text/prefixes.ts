/** Prefixes of public names: which names lie within a prefix. */

/**
 * True if the prefix stands before the name, as in PREFIX_NAME, or is the name. The empty prefix covers
 * nothing.
 */
export function covers(prefix: string, name: string): boolean {
  return prefix !== '' && (name === prefix || name.startsWith(`${prefix}_`));
}

/**
 * Makes names equal that people and models may confuse: letter case does not count, `-` and `.` count as
 * `_`.
 */
export function alike(name: string): string {
  return name.toLowerCase().replace(/[-.]/g, '_');
}
