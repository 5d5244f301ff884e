/** The subject of all rules, and the way in which they report problems of one server. */
import type { RawStack } from '../parse/collect.ts';
import type { Entry, Input } from '../parse/parse.ts';
import type { Report } from '../source/report.ts';
import type { KeyPath } from '../source/source.ts';

export interface Checked {
  readonly raw: RawStack;
  readonly input: Input;
  readonly report: Report;
}

/** Reports a problem at a key of a server. Underlines the value unless `of` is `key`. */
export type Flag = (path: KeyPath, message: string, hint: string, of?: 'key' | 'value') => void;

/** Makes the function that reports problems of one entry. */
export function flagIn(entry: Entry, report: Report): Flag {
  return (path, message, hint, of = 'value') =>
    report.at(entry.source, [...entry.keyPath, ...path], { message, hint, of });
}
