/** Literal parts of a text that has references: a secret may stand beside them, or be the default of one. */
import { untilLastBrace } from '../../model/references.ts';

export const isReference = (text: string): boolean => text.includes('${');

const PART = /\$\{(?<variable>\w+):?-(?<fallback>[^}]+)\}|\$\{[^}]*\}|(?:\$\$|[^$]|\$(?!\{))+/g;

/**
 * The text with its literal parts changed. A default that is changed goes: the variable then has a value.
 * @param change is given the variable that a default is of
 */
export function beside(text: string, change: (part: string, variable?: string) => string): string {
  const head = untilLastBrace(text);
  const changed = head.replace(PART, (part, variable?: string, fallback?: string) => {
    if (variable === undefined || fallback === undefined) return part.startsWith('${') ? part : change(part);
    return change(fallback, variable) === fallback ? part : `\${${variable}}`;
  });
  return head.length === text.length ? changed : changed + change(text.slice(head.length));
}
