/** What the rules look at, and how they tell what they find. */
import type { Values } from '../../model/references.ts';
import type { Entry, Input } from '../parse/parse.ts';
import type { RawStack } from '../parse/read.ts';
import type { Report } from '../source/diagnostics.ts';
import { type KeyPath, locate } from '../source/source.ts';

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
