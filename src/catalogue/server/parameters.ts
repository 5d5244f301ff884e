/** Values for the parameters of an entry: texts as people type them, or JSON, checked against the entry. */
import { isRecord } from '../../model/collections/is-record.ts';
import { editDistance } from '../../model/text/edit-distance.ts';
import type { Entry, Parameter, ParameterValue } from '../entry/entry.ts';
import type { Filled } from './template.ts';

export interface Checked {
  readonly filled: ReadonlyMap<string, Filled>;
  /** Required parameters that nobody gave. */
  readonly missing: readonly Parameter[];
  readonly problems: string[];
}

export function checkParameters(
  { parameters = [] }: Pick<Entry, 'parameters'>,
  given: Readonly<Record<string, unknown>>,
): Checked {
  const filled = new Map<string, Filled>();
  const problems = Object.keys(given)
    .filter((name) => !parameters.some((it) => it.name === name))
    .map((name) => unknownName(name, parameters));
  const missing: Parameter[] = [];
  for (const parameter of parameters) {
    const value = Object.hasOwn(given, parameter.name) ? given[parameter.name] : parameter.default;
    if (value === undefined) {
      if (parameter.required) missing.push(parameter);
      continue;
    }
    const fit = fitting(parameter, value);
    if (typeof fit === 'object' && 'problem' in fit) problems.push(`${parameter.name} ${fit.problem}`);
    else filled.set(parameter.name, { kind: 'value', value: fit });
  }
  return { filled, missing, problems };
}

function unknownName(name: string, parameters: readonly Parameter[]): string {
  const near = parameters.find((it) => editDistance(it.name, name) <= 2);
  if (near) return `it has no parameter ${name}: did you mean ${near.name}?`;
  const names = parameters.map((it) => it.name).join(', ');
  return `it has no parameter ${name}${names === '' ? '' : `: it has ${names}`}`;
}

type Problem = { readonly problem: string };

/** The value as the parameter's type has it. Texts are read as that type, since people type them. */
function fitting(parameter: Parameter, value: unknown): ParameterValue | Problem {
  if (parameter.type === 'array') return listOf(value);
  if (isRecord(value) || Array.isArray(value) || value === null || value === undefined)
    return { problem: `must be ${NAMES[parameter.type]}` };
  const text = String(value);
  if (parameter.choices && !parameter.choices.includes(text))
    return { problem: `must be one of ${parameter.choices.join(', ')}` };
  if (/[\0\r\n]/.test(text)) return { problem: 'must be one line' };
  if (parameter.type === 'boolean')
    return /^(true|false)$/.test(text) ? text === 'true' : { problem: 'must be true or false' };
  if (parameter.type === 'string') return text === '' ? { problem: 'must not be empty' } : text;
  const number = Number(text);
  const isFit =
    text.trim() !== '' && (parameter.type === 'integer' ? Number.isInteger(number) : Number.isFinite(number));
  return isFit ? number : { problem: `must be ${NAMES[parameter.type]}` };
}

const NAMES = {
  string: 'text',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
} as const;

/** A list, or texts with commas between them. */
function listOf(value: unknown): readonly string[] | Problem {
  const list = Array.isArray(value) ? value : String(value).split(',');
  const texts = list.map((item) => (typeof item === 'object' ? '' : String(item).trim()));
  if (texts.length === 0 || texts.includes('')) return { problem: 'must be a list of texts: A,B' };
  return texts.some((text) => /[\0\r\n]/.test(text)) ? { problem: 'must be a list of lines' } : texts;
}
