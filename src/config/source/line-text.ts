/** Lines of a text by number. */
import type { LineCounter } from 'yaml';

interface Lines {
  readonly text: string;
  readonly lines: Pick<LineCounter, 'lineStarts'>;
}

/** The text of a line (1-based), without its line break; empty if there is no such line. */
export function lineText({ text, lines: { lineStarts } }: Lines, line: number): string {
  const start = lineStarts[line - 1];
  if (start === undefined) return line === 1 ? text : '';
  return text.slice(start, lineStarts[line]).replace(/\r?\n$/, '');
}
