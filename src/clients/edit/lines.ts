/** Lines and line ends of a text. */

/** The line end that a text uses first. */
export function lineEndOf(text: string): '\r\n' | '\n' {
  const at = text.indexOf('\n');
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n';
}

/** Offset of the first character of the line. */
export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1;

/** Offset behind the line and its line end. */
export function nextLine(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end + 1;
}

/** Blanks at the beginning of the line. */
export function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, at), at))?.[0] ?? '';
}

/** True if only blanks stand before it on its line. */
export const isFirstOnLine = (text: string, at: number): boolean =>
  text.slice(lineStart(text, at), at).trim() === '';

/** True if only blanks follow on the line. */
export const isLastOnLine = (text: string, at: number): boolean => /^[ \t\r]*(?:\n|$)/.test(text.slice(at));

export const cut = (text: string, from: number, to: number, instead = ''): string =>
  text.slice(0, from) + instead + text.slice(to);

/**
 * The text with whole lines inserted at the beginning of a line, or at the end. A text without a final line
 * end gets none.
 *
 * @param lines each with its line end
 */
export function insertLines(text: string, at: number, lines: string): string {
  const eol = lineEndOf(text);
  const own = lines.replace(/\r?\n/g, eol);
  if (at < text.length || text === '' || text.endsWith('\n')) return cut(text, at, at, own);
  return `${text}${eol}${own.slice(0, -eol.length)}`;
}
