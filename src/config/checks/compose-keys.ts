/** Checks raw Compose keys against the Compose Specification, whose JSON schema comes with a package. */
import type { ErrorObject, ValidateFunction } from 'ajv';
import type { Entry, EntryOf } from '../parse/parse.ts';
import { similar } from '../source/similar.ts';
import type { KeyPath } from '../source/source.ts';
import { type Checked, type Flag, flagIn } from './checked.ts';
import { isReported } from './raw-compose.ts';

/**
 * Reports keys that Compose would refuse. Without this, an entry would be valid and its container could never
 * be made. The schema is loaded only if an entry has raw keys.
 */
export async function checkComposeKeys({ input, report }: Checked): Promise<void> {
  const entries = input.entries.filter(hasComposeKeys);
  if (entries.length === 0) return;
  const service = await serviceSchema();
  for (const entry of entries) checkEntry(entry, service, flagIn(entry, report));
}

function hasComposeKeys(entry: Entry): entry is EntryOf<'container'> {
  return entry.kind === 'container' && Object.keys(entry.input.compose ?? {}).length > 0;
}

async function serviceSchema(): Promise<ValidateFunction> {
  const [{ default: module }, { default: schema }] = await Promise.all([
    import('ajv'),
    import('docker-compose/schema/compose-spec.json', { with: { type: 'json' } }),
  ]);
  const ajv = new module.Ajv({
    allErrors: true,
    strict: false,
    validateSchema: false,
    validateFormats: false,
  });
  // Ajv has the meta-schema under another address.
  const { $schema: _, ...specification } = schema;
  return ajv.addSchema(specification, 'compose').compile({
    $ref: 'compose#/definitions/service',
  });
}

function checkEntry(
  { serverName, input }: EntryOf<'container'>,
  isService: ValidateFunction,
  flag: Flag,
): void {
  if (isService(input.compose)) return;
  const flagged = new Set<string>();
  for (const error of isService.errors ?? []) {
    const path = pathOf(error);
    const name = ['compose', ...path].join('.');
    if (isReported(String(path[0])) || holdsReference(valueAt(input.compose, path)) || flagged.has(name))
      continue;
    if (error.keyword === 'additionalProperties') flagUnknown(error, path, name, serverName, flag);
    // The errors of each alternative say less than that of the key as a whole, which follows them.
    else if (isInAlternative(error) || [...flagged].some((it) => it.startsWith(`${name}.`))) continue;
    else flag(['compose', ...path], `"${name}" of server "${serverName}" ${sentence(error)}`, FORM_HINT);
    flagged.add(name);
  }
}

const FORM_HINT = 'write it as the Compose Specification has it';

const sentence = ({ keyword, message = '' }: ErrorObject): string =>
  keyword === 'oneOf' || keyword === 'anyOf' ? 'has a form that Compose does not know' : message;

const isInAlternative = ({ schemaPath }: ErrorObject): boolean => /\/(oneOf|anyOf)\/\d+\//.test(schemaPath);

function flagUnknown(error: ErrorObject, path: KeyPath, name: string, serverName: string, flag: Flag): void {
  const known = Object.keys((error.parentSchema?.properties ?? {}) as object);
  const near = similar(String(path.at(-1)), known);
  const hint = near ? `did you mean "${near}"?` : 'see the services of the Compose Specification';
  flag(['compose', ...path], `Compose knows no key "${name}" (server "${serverName}")`, hint, 'key');
}

/** An unknown key counts, and not the map that holds it. */
function pathOf({ instancePath, keyword, params }: ErrorObject): (string | number)[] {
  const path = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));
  return keyword === 'additionalProperties' ? [...path, String(params.additionalProperty)] : path;
}

function valueAt(data: unknown, path: KeyPath): unknown {
  return path.reduce((value: unknown, key) => Object(value)[key], data);
}

/** The type of such a value is known only when Compose has resolved it. */
const holdsReference = (value: unknown): boolean => typeof value === 'string' && value.includes('${');
