/** JSON with comments, made readable for a YAML parser. */

const TOKEN = /"(?:\\[\s\S]|[^"\\])*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\t/g;

/**
 * Replaces comments (`//` and block) and tabs between tokens with spaces. Strings and line breaks stay
 * untouched, so all positions remain true.
 */
export function blankJsonComments(text: string): string {
  return text.replace(TOKEN, (token) => (token.startsWith('"') ? token : token.replace(/[^\n\r]/g, ' ')));
}
