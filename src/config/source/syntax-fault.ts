/** Why a config file cannot be read as data. */

/** An error of the YAML parser; `pos` are the offsets at which it begins and ends. */
export interface SyntaxFault {
  readonly code: string;
  readonly message: string;
  readonly pos: readonly [number, number];
}
