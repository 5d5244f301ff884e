/** Makes an operation from zod schemas: name, summary, input and output are written once, here. */
import { z } from 'zod';
import type { JsonSchema, Operation, OperationContext, OperationFacts } from '../model/operation.ts';

interface Definition<In extends z.ZodType, Out extends z.ZodType>
  extends Omit<OperationFacts, 'input' | 'output'> {
  /** Checked as JSON Schema: refinements and transforms would not run. */
  readonly input: In;
  readonly output: Out;
  run(input: z.output<In>, context: OperationContext): Promise<z.output<Out>> | z.output<Out>;
  text(output: z.output<Out>): string;
}

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
    output: jsonSchema(output, 'output'),
    run: async (value, context) => run(value as z.output<In>, context),
    text: (value) => text(value as z.output<Out>),
  };
}

/** Without `$schema`: draft 2020-12 is what MCP assumes, and every listed byte is read by a model. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}
