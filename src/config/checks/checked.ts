/** The subject of all rules, and the way in which they report problems of one server. */
import type { Values } from '../../model/references.ts';
import type { RawStack } from '../parse/collect.ts';
import type { Entry, Input } from '../parse/parse.ts';
import type { Report } from '../source/report.ts';
import type { KeyPath } from '../source/source.ts';

export interface Checked {
  readonly raw: RawStack;
  readonly input: Input;
  readonly values: Values;
  readonly report: Report;
}

/** Reports a problem at a key of one server; underlines the value unless `of` says otherwise. */
export type Tell = (path: KeyPath, message: string, hint?: string, of?: 'key' | 'value') => void;

export function teller(entry: Entry, report: Report): Tell {
  return (path, message, hint, of = 'value') =>
    report.at(entry.source, [...entry.keyPath, ...path], { message, hint, of });
}
