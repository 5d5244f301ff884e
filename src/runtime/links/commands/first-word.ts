/**
 * Index of the first argument that is neither an option nor the value of one; the number of arguments if
 * there is none.
 *
 * @param withValue options that take the next argument as their value
 */
export function firstWord(args: readonly string[], withValue: ReadonlySet<string>): number {
  let at = 0;
  while (args[at]?.startsWith('-')) at += withValue.has(args[at] ?? '') ? 2 : 1;
  return Math.min(at, args.length);
}
