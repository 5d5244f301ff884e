/** `hive op`: runs any operation. Its arguments follow the input schema that the running gateway reports. */
import type { JsonSchema, OperationFacts } from '../model/operation.ts';
import { propertiesOf } from './call/types.ts';
import { readArguments } from './call/words.ts';
import { controlOf } from './stack/control-of.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { print, printJson } from './terminal/print.ts';

export async function op(
  name: string | undefined,
  args: readonly string[],
  options: ConfigOption & { readonly json?: boolean },
): Promise<void> {
  const control = await controlOf(options);
  try {
    const operations = await control.operations();
    if (name === undefined && options.json) printJson(operations, 2);
    else if (name === undefined) print(renderOperations(operations));
    else {
      const schema = operations.find((it) => it.name === name)?.input ?? {};
      const input = readArguments(args, schema);
      if (options.json) printJson(JSON.parse(await control.runOperation(name, input, 'json')), 2);
      else print((await control.runOperation(name, input, 'text')).trimEnd());
    }
  } finally {
    await control.close();
  }
}

/** The schemas of operations are Hive's own. */
interface Property {
  readonly type?: unknown;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

/** Lists operations with their arguments, optional ones in brackets, and their summaries. */
export function renderOperations(operations: readonly OperationFacts[]): string {
  return operations
    .map(({ name, summary, input }) => `${[name, ...argumentsOf(input)].join(' ')}\n    ${summary}`)
    .join('\n');
}

function argumentsOf(schema: JsonSchema): string[] {
  const required = new Set(schema.required as readonly string[] | undefined);
  return Object.entries(propertiesOf(schema)).map(([key, property]) => {
    const { enum: words, default: preset, type } = property as Property;
    const value = preset ?? (words ? words.join('|') : String(type).toUpperCase());
    return required.has(key) ? `${key}=${value}` : `[${key}=${value}]`;
  });
}
