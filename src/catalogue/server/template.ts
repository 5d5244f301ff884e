/** Templates of entries: `{{name}}` is a parameter, `{{name|into}}` has a filter, `${NAME}` is a secret. */
import { isAbsolute } from 'node:path/posix';
import type { Argument, ParameterValue } from '../entry/entry.ts';

/** What stands for the names in the templates of one entry. */
export interface Values {
  /** The value of a parameter as text in the config; undefined if it has none. */
  parameter(name: string): Filled | undefined;
  /** The reference to a secret in the config: `${NAME}`; undefined if the entry has no such secret. */
  secret(name: string): string | undefined;
}

export type Filled =
  | { readonly kind: 'value'; readonly value: ParameterValue }
  /** A variable that stands for a value which nobody has given yet. */
  | { readonly kind: 'reference'; readonly text: string };

/** A template cannot be filled in: a sentence for people. */
export class TemplateProblem extends Error {}

const PARAMETER = /\{\{\s*([\w.-]+)\s*((?:\|[^{}|]*)*)\}\}/g;
const ALONE = /^\{\{\s*([\w.-]+)\s*((?:\|[^{}|]*)*)\}\}$/;
const SECRET = /\$\{(\w+)\}|\$/g;

/** Each text of a list may become several, or none if a parameter has no value. @throws TemplateProblem */
export function fillList(list: readonly Argument[], values: Values): string[] {
  return list.flatMap((item) => {
    if (typeof item === 'string') return fillItem(item, values);
    const parts = item.map((part) => fillItem(part, values));
    return parts.some((part) => part.length === 0) ? [] : parts.flat();
  });
}

/** Values of a map; what has a parameter without a value is left out. @throws TemplateProblem */
export function fillMap(map: Readonly<Record<string, string>>, values: Values): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map).flatMap(([key, template]) => {
      const text = fillText(template, values);
      return text === undefined ? [] : [[key, text] as const];
    }),
  );
}

/** A parameter alone may be a list, and becomes as many texts. */
function fillItem(template: string, values: Values): string[] {
  const [, name, filters = ''] = ALONE.exec(template) ?? [];
  const filled = name === undefined ? undefined : values.parameter(name);
  if (name === undefined || filled?.kind !== 'value' || !Array.isArray(filled.value)) {
    const text = fillText(template, values);
    return text === undefined ? [] : [text];
  }
  return filled.value.map((item) => applied(String(item), filters, name, 'value'));
}

/** Undefined if a parameter of the template has no value. @throws TemplateProblem */
export function fillText(template: string, values: Values): string | undefined {
  let isWhole = true;
  // Both in one pass, so that a value which looks like a template stays text.
  const text = template.replace(new RegExp(`${PARAMETER.source}|${SECRET.source}`, 'g'), (...match) => {
    const [token, name, filters, secret] = match as [string, string?, string?, string?];
    if (name === undefined) return secretOf(token, secret, values);
    const filled = values.parameter(name);
    if (filled === undefined) isWhole = false;
    return filled === undefined ? '' : textOf(filled, filters ?? '', name);
  });
  return isWhole ? text : undefined;
}

function secretOf(token: string, name: string | undefined, values: Values): string {
  const reference = name === undefined ? undefined : values.secret(name);
  return reference ?? token.replaceAll('$', '$$$$');
}

function textOf(filled: Filled, filters: string, name: string): string {
  if (filled.kind === 'reference') return applied(filled.text, filters, name, 'reference');
  const { value } = filled;
  const texts = (Array.isArray(value) ? value : [value]).map((it) =>
    applied(String(it), filters, name, 'value'),
  );
  return texts.join(',');
}

/** `volume` mounts a folder at its own path, `volume-target` is that path; the others are about lists. */
function applied(value: string, filters: string, name: string, kind: Filled['kind']): string {
  const text = kind === 'value' ? value.replaceAll('$', '$$$$') : value;
  const names = filters.split('|').map((it) => it.trim());
  const unknown = names.find((it) => !/^(|into|or:.*|volume|volume-target)$/.test(it));
  if (unknown !== undefined)
    throw new TemplateProblem(`its template has the filter ${unknown}, which Hive does not know`);
  if (kind === 'value' && names.some((it) => it.startsWith('volume')) && !isAbsolute(value))
    throw new TemplateProblem(`${name} must be an absolute path: it has the same path in the container`);
  return names.includes('volume') ? `${text}:${text}` : text;
}
