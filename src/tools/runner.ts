/** Runs operations by name with validated input, for MCP tools, HTTP and commands alike. */
import { GatewayError } from '../errors.ts';
import { type Operation, type OperationRunner, PassedOn } from '../model/operation.ts';
import { type CheckArguments, compileCheck } from './arguments.ts';

/** Compiles the input schema of an operation at its first run. */
export function createRunner(operations: readonly Operation[]): OperationRunner {
  const byName = new Map(operations.map((operation) => [operation.name, operation]));
  const checks = new Map<string, Promise<CheckArguments>>();
  const checkFor = ({ name, input }: Operation): Promise<CheckArguments> => {
    const check = checks.get(name) ?? compileCheck(name, input);
    checks.set(name, check);
    return check;
  };
  return {
    all: operations.map(({ run: _, text: __, ...facts }) => facts),
    async run(name, input, context) {
      const operation = byName.get(name);
      if (!operation) throw unknownOperation(name, byName.keys());
      const check = await checkFor(operation);
      check(input);
      const output = await operation.run(input, context);
      return { output, text: output instanceof PassedOn ? passedText(output) : operation.text(output) };
    },
  };
}

/** The texts in a result of another server, for commands. */
function passedText({ json }: PassedOn): string {
  const { content } = JSON.parse(json.toString()) as { readonly content?: readonly { text?: unknown }[] };
  const texts = (content ?? []).map((it) => (typeof it.text === 'string' ? it.text : JSON.stringify(it)));
  return texts.join('\n');
}

function unknownOperation(name: string, known: Iterable<string>): GatewayError {
  return new GatewayError('USAGE', `there is no operation ${name}`, {
    hint: `use one of: ${[...known].join(', ')}`,
  });
}
