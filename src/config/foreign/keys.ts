/** What reading entries of other clients shares. */
import { isRecord } from '../../model/collections/is-record.ts';

export type Keys = Readonly<Record<string, unknown>>;

/** Records a sentence for the person who reads the file. */
export type Tell = (note: string) => void;

/** A value that the client asks for: `${input:ID}` in VS Code, `${user_config.ID}` in MCPB. */
export interface Input {
  readonly id: string;
  readonly description?: string | undefined;
  readonly value?: string | undefined;
}

/** The texts of a list; other scalars as text. */
export function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];
  return list.filter((item) => typeof item !== 'object' || item === null).map(String);
}

/** The values that VS Code asks for, from a file's `inputs`. */
export function inputsOf(inputs: unknown): Input[] {
  if (!Array.isArray(inputs)) return [];
  return inputs.filter(isRecord).flatMap(({ id, description, default: value }) => {
    if (typeof id !== 'string') return [];
    const text = (it: unknown) => (typeof it === 'string' && it !== '' ? it : undefined);
    return [{ id, description: text(description), value: text(value) }];
  });
}
