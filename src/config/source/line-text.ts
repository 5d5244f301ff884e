/** Lines of a text by number. */

/** The text of a line (1-based), without its line break; empty if there is no such line. */
export function lineText(text: string, line: number): string {
  return text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
}
