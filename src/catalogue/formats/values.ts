/** Reads values of catalogue files, which nobody checked: texts are cleaned and cut, the rest must fit. */
import { isRecord } from '../../model/collections/is-record.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { withoutColours } from '../../model/text/visible.ts';
import type { Parameter, ParameterValue } from '../entry/entry.ts';

export type Keys = Readonly<Record<string, unknown>>;

/** A reason why an entry cannot be read, as a sentence without its subject. */
export class Unfit extends Error {}

const MAX_TITLE = 80;
const MAX_DESCRIPTION = 600;
const MAX_SHORT = 200;
const MAX_TAGS = 12;
/** More words than any server takes; the text of one argument or value. */
const MAX_VALUE = 2_000;

/** Control characters, and those that nobody sees: a text could hide instructions for a model in them. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu;

/** A text on one line, without hidden characters; undefined if nothing is left. */
export function cleaned(value: unknown, maxCharacters: number): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const lines = withoutColours(String(value)).replace(/\s/g, ' ');
  const seen = lines.replace(HIDDEN, '').replace(/ +/g, ' ').trim();
  return seen === '' ? undefined : cutEnd(seen, maxCharacters);
}

export const titleOf = (value: unknown): string | undefined => cleaned(value, MAX_TITLE);
export const descriptionOf = (value: unknown): string | undefined => cleaned(value, MAX_DESCRIPTION);
export const shortText = (value: unknown): string | undefined => cleaned(value, MAX_SHORT);

export const recordOf = (value: unknown): Keys => (isRecord(value) ? value : {});
export const recordsOf = (value: unknown): Keys[] => (Array.isArray(value) ? value.filter(isRecord) : []);

export function tagsOf(value: unknown): string[] | undefined {
  const list = Array.isArray(value) ? value : [];
  const tags = list.flatMap((tag) => cleaned(tag, 40)?.toLowerCase() ?? []);
  return tags.length === 0 ? undefined : [...new Set(tags)].slice(0, MAX_TAGS);
}

/** A web address, or a template that begins with a parameter; undefined if it is neither. */
export function addressTemplate(value: unknown): string | undefined {
  return typeof value === 'string' && /^\{\{[\w.-]+\}\}\S*$/.test(value) ? value : webAddress(value);
}

/** A web address; undefined if it is none. */
export function webAddress(value: unknown): string | undefined {
  const text = typeof value === 'string' && value.length <= MAX_VALUE ? value : '';
  return /^https?:\/\/[^\s/]/.test(text) && cleaned(text, MAX_VALUE) === text ? text : undefined;
}

/** A text that becomes part of a command or an environment: nothing in it is changed. @throws Unfit */
export function template(value: unknown, what: string): string {
  const isScalar = ['string', 'number', 'boolean'].includes(typeof value);
  if (!isScalar) throw new Unfit(`has ${what} that is not text`);
  const text = String(value);
  if (text.length > MAX_VALUE) throw new Unfit(`has ${what} of more than ${MAX_VALUE} characters`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is what is refused
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) throw new Unfit(`has ${what} with control characters`);
  return text;
}

const GRAMMARS = {
  id: [/^(?=.{1,200}$)[A-Za-z0-9][\w.-]*(?:\/[A-Za-z0-9][\w.-]*)+$/, 'is no id such as hive/sqlite'],
  variable: [/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'is no name of a variable'],
  image: [/^[a-zA-Z0-9][\w./:@-]{0,255}$/, 'is no image'],
  npm: [/^(?:@[a-z0-9~][\w.~-]*\/)?[a-z0-9~][\w.~-]{0,213}$/i, 'is no package of npm'],
  pypi: [/^[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?$/, 'is no package of PyPI'],
  version: [/^[A-Za-z0-9][\w.+!-]{0,63}$/, 'is no exact version'],
  requirement: [/^[A-Za-z0-9][\w.[\],-]*(?:[<>=!~]=?[\w.*]+,?)+$/, 'is no requirement such as mcp<2'],
  program: [/^[A-Za-z0-9][\w.-]{0,63}$/, 'is no name of a program'],
  header: [/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}$/, 'is no name of a header'],
  parameter: [/^[A-Za-z_][\w.-]{0,127}$/, 'is no name of a parameter'],
} as const;

/** A text in a grammar; it must not be taken for an option, or run something else. @throws Unfit */
export function inGrammar(kind: keyof typeof GRAMMARS, value: unknown): string {
  const [pattern, error] = GRAMMARS[kind];
  if (typeof value === 'string' && pattern.test(value)) return value;
  throw new Unfit(`has ${cleaned(value, 60) ?? 'an empty text'}, which ${error}`);
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'array'] as const;

/** A parameter as a JSON Schema describes it. */
export function parameterOf(name: string, schema: Keys, isRequired: boolean): Parameter {
  const type = TYPES.find((it) => it === schema.type) ?? 'string';
  const [example] = Array.isArray(schema.examples) ? schema.examples : [schema.example];
  const preset = presetOf(schema.default);
  const choices = Array.isArray(schema.enum) ? schema.enum.map(String) : undefined;
  return {
    name: inGrammar('parameter', name),
    type,
    ...some({ description: shortText(schema.description ?? schema.title), default: preset }),
    ...some({ example: shortText(example), choices }),
    ...(isRequired && preset === undefined ? { required: true as const } : {}),
  };
}

export function presetOf(value: unknown): ParameterValue | undefined {
  if (Array.isArray(value)) return value.map((item) => template(item, 'a default'));
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  return typeof value === 'string' && value !== '' ? template(value, 'a default') : undefined;
}

/** Only the keys that have a value, and no empty lists and maps. */
export function some<T extends object>(keys: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept = Object.entries(keys).filter(([, value]) => {
    if (value === undefined) return false;
    return typeof value !== 'object' || value === null || Object.keys(value).length > 0;
  });
  return Object.fromEntries(kept) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
