/** Asks the person at the terminal what a server asks during a call (client/elicitation). */
import { oneLine } from '../../model/text/visible.ts';
import { printError, questionStream } from '../terminal/print.ts';

/** The parameters of `elicitation/create`. */
export interface Question {
  readonly mode?: 'form' | 'url';
  readonly message: string;
  /** Where the person goes, in mode `url`. */
  readonly url?: string;
  readonly requestedSchema?: {
    readonly properties?: Readonly<Record<string, Field>>;
    readonly required?: readonly string[];
  };
}

/** One value of a form: the primitive schemas of the specification. */
export interface Field {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  /** Titles of `enum`, by place. */
  readonly enumNames?: readonly string[];
  readonly oneOf?: readonly Choice[];
  readonly items?: { readonly enum?: readonly string[]; readonly anyOf?: readonly Choice[] };
}

interface Choice {
  readonly const: string;
  readonly title?: string;
}

export interface Answer {
  readonly action: 'accept' | 'decline' | 'cancel';
  readonly content?: Readonly<Record<string, unknown>>;
}

/** The prompts of the terminal, as far as questions need them. Each rejects if the person breaks off. */
export interface Prompts {
  choose<T>(message: string, choices: readonly { readonly name: string; readonly value: T }[]): Promise<T>;
  chooseMany(
    message: string,
    choices: readonly { readonly name: string; readonly value: string }[],
  ): Promise<string[]>;
  confirm(message: string, preset: boolean): Promise<boolean>;
  /** @param problemOf says what is wrong with a text; undefined: nothing */
  write(message: string, preset: string, problemOf: (text: string) => string | undefined): Promise<string>;
}

/** Asks one question. A person who breaks off cancels it. */
export async function askPerson(question: Question, prompts: Prompts): Promise<Answer> {
  printError(`the server asks: ${question.message}`);
  try {
    return question.mode === 'url' ? await askToOpen(question, prompts) : await askForm(question, prompts);
  } catch {
    return { action: 'cancel' };
  }
}

async function askToOpen({ url = '' }: Question, prompts: Prompts): Promise<Answer> {
  printError(`open this address in a browser: ${url}`);
  return { action: (await prompts.confirm('Go on when that is done', true)) ? 'accept' : 'decline' };
}

async function askForm({ requestedSchema = {} }: Question, prompts: Prompts): Promise<Answer> {
  const action = await prompts.choose<Answer['action']>('Answer?', [
    { name: 'answer', value: 'accept' },
    { name: 'decline', value: 'decline' },
    { name: 'cancel the call', value: 'cancel' },
  ]);
  if (action !== 'accept') return { action };
  const required = new Set(requestedSchema.required);
  const content: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(requestedSchema.properties ?? {})) {
    const value = await askField(key, field, required.has(key), prompts);
    if (value !== undefined) content[key] = value;
  }
  return { action, content };
}

/** Undefined: the person left out what is not required. */
async function askField(key: string, field: Field, isRequired: boolean, prompts: Prompts): Promise<unknown> {
  const message = wordsOf(key, field, isRequired);
  if (field.type === 'boolean') return prompts.confirm(message, field.default === true);
  const choices = choicesOf(field);
  if (field.type === 'array') return prompts.chooseMany(message, choices);
  if (choices.length > 0)
    return prompts.choose<string | undefined>(
      message,
      isRequired ? choices : [...choices, { name: '(no answer)', value: undefined }],
    );
  const text = await prompts.write(message, presetOf(field), (it) => problemOf(it, field, isRequired));
  if (text === '' && !isRequired) return undefined;
  return isNumber(field) ? Number(text) : text;
}

/** None if the terminal would act on it: it would be sent without having been seen. */
function presetOf({ default: preset = '' }: Field): string {
  const text = String(preset);
  return oneLine(text) === text ? text : '';
}

const isNumber = ({ type }: Field): boolean => type === 'number' || type === 'integer';

function problemOf(text: string, field: Field, isRequired: boolean): string | undefined {
  if (text === '') return isRequired ? 'an answer is required' : undefined;
  if (!isNumber(field)) return undefined;
  const isRight = field.type === 'integer' ? Number.isInteger(Number(text)) : Number.isFinite(Number(text));
  return isRight ? undefined : `write ${field.type === 'integer' ? 'a whole number' : 'a number'}`;
}

function wordsOf(key: string, { title, description }: Field, isRequired: boolean): string {
  const more = description === undefined ? '' : ` (${description})`;
  return oneLine(`${title ?? key}${more}${isRequired ? '' : ', optional'}`);
}

function choicesOf({ enum: values, enumNames, oneOf, items }: Field): { name: string; value: string }[] {
  const titled = oneOf ?? items?.anyOf;
  if (titled) return titled.map((it) => ({ name: oneLine(String(it.title ?? it.const)), value: it.const }));
  return (values ?? items?.enum ?? []).map((value, at) => ({
    name: oneLine(String(enumNames?.[at] ?? value)),
    value,
  }));
}

/** Prompts on stderr, so that stdout holds the result alone. */
export async function terminalPrompts(): Promise<Prompts> {
  const { checkbox, confirm, input, select } = await import('@inquirer/prompts');
  const where = { output: questionStream() };
  return {
    choose: (message, choices) => select({ message, choices }, where),
    chooseMany: (message, choices) => checkbox({ message, choices }, where),
    confirm: (message, preset) => confirm({ message, default: preset }, where),
    write: (message, preset, problem) =>
      input({ message, default: preset, validate: (text) => problem(text) ?? true }, where),
  };
}
