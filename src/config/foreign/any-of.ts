/** Long regular expressions, one alternative a line. */

/** An expression that matches where any of these does. */
export function anyOf(flags: string, ...alternatives: readonly RegExp[]): RegExp {
  return new RegExp(alternatives.map(({ source }) => source).join('|'), flags);
}
