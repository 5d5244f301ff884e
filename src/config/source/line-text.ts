import type { Source } from './source.ts';

/** The text of a line (1-based), without its end. */
export function lineText(source: Source, line: number): string {
  return source.text.split('\n')[line - 1]?.replace(/\r$/, '') ?? '';
}
