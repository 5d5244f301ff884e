/** Validates arguments against a JSON Schema, with errors that a person or a model can act on. */
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { GatewayError } from '../errors.ts';
import type { JsonSchema } from '../model/operation.ts';

/** Problems named in one error. */
const MAX_SHOWN = 5;

/** Validates an input, and fills in its defaults in place. @throws GatewayError USAGE */
export type CheckArguments = (input: unknown) => void;

/** Compiles a schema. The first call loads ajv and takes about 40 ms, later calls 2 ms. */
export async function compileCheck(name: string, schema: JsonSchema): Promise<CheckArguments> {
  return (await loadCompiler(schema))(name);
}

/** Loads ajv for the schema's dialect; the result compiles the schema, and throws if it is no schema. */
export async function loadCompiler(schema: JsonSchema): Promise<(name: string) => CheckArguments> {
  // In an asynchronous schema of ajv, a check would pass at once, and fail later with nobody to catch it.
  const { $schema, $async, ...rest } = schema;
  // In the build, a CommonJS module has only its default export.
  const Ajv = /draft-0[4-7]/.test(String($schema))
    ? (await import('ajv')).default.Ajv
    : (await import('ajv/dist/2020.js')).default.Ajv2020;
  return (name) => {
    // The schema may be a server's: its formats are the server's to check, and no notes of them are printed.
    const ajv = new Ajv({ allErrors: true, useDefaults: true, strict: false, logger: false });
    const validate: ValidateFunction = ajv.compile(rest);
    return (input) => {
      if (!validate(input)) throw invalidArguments(name, schema, validate.errors ?? []);
    };
  };
}

function invalidArguments(name: string, schema: JsonSchema, errors: readonly ErrorObject[]): GatewayError {
  const problems = [...new Set(errors.map(problemOf))];
  const shown = problems.slice(0, MAX_SHOWN).join('; ');
  const rest = problems.length > MAX_SHOWN ? `; and ${problems.length - MAX_SHOWN} more` : '';
  return new GatewayError('USAGE', `the arguments of ${name} are wrong: ${shown}${rest}`, {
    hint: `${name} takes ${describe(schema)}`,
  });
}

function problemOf({ keyword, instancePath, params, message = 'is wrong' }: ErrorObject): string {
  const path = instancePath.slice(1).replaceAll('/', '.');
  const inside = path === '' ? '' : `${path}.`;
  if (keyword === 'required') return `\`${inside}${params.missingProperty}\` is missing`;
  if (keyword === 'additionalProperties') return `\`${inside}${params.additionalProperty}\` is not known`;
  if (keyword === 'enum') return `\`${path}\` must be one of ${params.allowedValues.join(', ')}`;
  return path === '' ? `the input ${message}` : `\`${path}\` ${message}`;
}

/** Lists the arguments of an operation: `server (required), limit`. */
function describe({ properties, required }: JsonSchema): string {
  const names = Object.keys(properties ?? {});
  if (names.length === 0) return 'no arguments';
  const needed = new Set(required as readonly string[] | undefined);
  return names.map((name) => (needed.has(name) ? `${name} (required)` : name)).join(', ');
}
