/** Hides members of JSON whose name says that they are secret, also in JSON that stands in a string. */

const NAMES =
  '(?:api|access|private).?key|token|secret|password|passwd|_pass|_pwd|credentials?|cookie|authorization';

const VALUE = String.raw`(\2")(?:[^"\\]|\\+[^"\\]|(?!\2")\\+")*|-?\d[\d.eE+-]*`;

/**
 * A name, and its value: a text up to its quote, or a number. Within a string, each quote has the same
 * backslashes before it. A text that is cut off has no quote at its end. The name is bounded, and each piece
 * of a value has one reading, so a text takes linear time.
 */
const MEMBER = new RegExp(
  String.raw`((?<!\\)(\\{0,15})"[^"\\]{0,80}(?:${NAMES})\2"\s*:\s*)(?:${VALUE})`,
  'gi',
);

/** @param json text, whole or cut off */
export function withoutSecretMembers(json: string): string {
  return json.replace(MEMBER, (_, name: string, slashes: string, quote: string | undefined) =>
    quote === undefined ? `${name}${slashes}"[redacted]${slashes}"` : `${name}${quote}[redacted]`,
  );
}
