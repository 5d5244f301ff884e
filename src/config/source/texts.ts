/** Text values of parsed data. */
import type { KeyPath } from './source.ts';

interface Text {
  readonly path: KeyPath;
  readonly text: string;
}

/** Every text value in some data, with its key path. */
export function* textsIn(data: unknown, path: KeyPath = []): Generator<Text> {
  if (typeof data === 'string') yield { path, text: data };
  else if (Array.isArray(data))
    for (const [index, item] of data.entries()) yield* textsIn(item, [...path, index]);
  else if (typeof data === 'object' && data !== null)
    for (const [key, value] of Object.entries(data)) yield* textsIn(value, [...path, key]);
}
