/** What the rules look at, and how they tell what they find. */
import type { Values } from '../model/references.ts';
import type { Entry, Input } from './parse.ts';
import type { RawStack, Report } from './read.ts';
import { type KeyPath, locate } from './source.ts';

export interface Checked {
  readonly raw: RawStack;
  readonly input: Input;
  readonly values: Values;
  readonly report: Report;
}

/** Says something about a key of one server. */
export type Tell = (path: KeyPath, message: string, hint?: string, of?: 'key' | 'value') => void;

export function teller(entry: Entry, report: Report): Tell {
  return (path, message, hint, of = 'value') => {
    const keyPath = [...entry.keyPath, ...path];
    report({ source: entry.source, mark: locate(entry.source, keyPath, of), keyPath, message, hint });
  };
}

interface Text {
  readonly path: KeyPath;
  readonly text: string;
}

/** Every text value below an entry, with its path. */
export function* textsIn(data: unknown, path: KeyPath = []): Generator<Text> {
  if (typeof data === 'string') yield { path, text: data };
  else if (Array.isArray(data))
    for (const [index, item] of data.entries()) yield* textsIn(item, [...path, index]);
  else if (typeof data === 'object' && data !== null)
    for (const [key, value] of Object.entries(data)) yield* textsIn(value, [...path, key]);
}
