/** Makes an operation from zod schemas, so that its name, summary, input and output are written once. */
import { z } from 'zod';
import type {
  JsonSchema,
  Operation,
  OperationContext,
  OperationFacts,
  PassedOn,
} from '../model/operation.ts';

interface Definition<In extends z.ZodType, Out extends z.ZodType>
  extends Omit<OperationFacts, 'input' | 'output'> {
  /** Checked as JSON Schema, so refinements and transforms have no effect. */
  readonly input: In;
  /** Absent for an operation whose results are those of other servers. */
  readonly output?: Out;
  run(input: z.output<In>, context: OperationContext): Promise<z.output<Out> | PassedOn> | z.output<Out>;
  text?(output: z.output<Out>): string;
}

/** An operation whose input and output are typed by zod schemas and described as JSON Schema. */
export function operation<In extends z.ZodType, Out extends z.ZodType>({
  input,
  output,
  run,
  text,
  ...facts
}: Definition<In, Out>): Operation {
  return {
    ...facts,
    input: jsonSchema(input, 'input'),
    ...(output && { output: jsonSchema(output, 'output') }),
    run: async (value, context) => run(value as z.output<In>, context),
    text: (value) => text?.(value as z.output<Out>) ?? '',
  };
}

/**
 * Leaves out what says nothing new, since models read every byte of the list: `$schema` (MCP assumes draft
 * 2020-12), the largest integer of JavaScript, and of outputs the long pattern beside a `format`.
 */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    io,
    override({ jsonSchema: own }) {
      if (own.maximum === Number.MAX_SAFE_INTEGER) delete own.maximum;
      if (own.minimum === Number.MIN_SAFE_INTEGER) delete own.minimum;
      if (isEmpty(own.additionalProperties)) delete own.additionalProperties;
      if (io === 'output' && own.format !== undefined) delete own.pattern;
    },
  });
  return rest;
}

/** The schema that everything fits, as an absent one. */
const isEmpty = (schema: unknown): boolean =>
  typeof schema === 'object' && schema !== null && Object.keys(schema).length === 0;
