const TOKEN = /"(?:\\[\s\S]|[^"\\])*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\t/g;

/**
 * JSON as people keep it, for a YAML parser: comments (// and block) and tabs between tokens become spaces. Strings stay
 * untouched, and so does every line break, so that all positions remain true.
 */
export function blankJsonComments(text: string): string {
  return text.replace(TOKEN, (token) => (token.startsWith('"') ? token : token.replace(/[^\n\r]/g, ' ')));
}
