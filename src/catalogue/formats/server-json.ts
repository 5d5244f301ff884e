/**
 * Entries of the official registry: `server.json` of every schema from 2025-07-09 (snake case) to 2025-12-11,
 * its draft, and items of the registry's API.
 */
import type { Argument, Entry, PackageWay, Parameter, Secret, Way } from '../entry/entry.ts';
import {
  addressTemplate,
  cleaned,
  descriptionOf,
  inGrammar,
  type Keys,
  parameterOf,
  recordOf,
  recordsOf,
  shortText,
  some,
  template,
  titleOf,
  Unfit,
  webAddress,
} from './values.ts';

/** Parameters and secrets that the ways of one entry name, collected while they are read. */
interface Found {
  readonly parameters: Map<string, Parameter>;
  readonly secrets: Map<string, Secret>;
}

/** @throws Unfit */
export function readServerJson(data: unknown): Entry {
  const item = recordOf(data);
  const keys = 'server' in item ? recordOf(item.server) : item;
  const id = inGrammar('id', keys.name);
  const found: Found = { parameters: new Map(), secrets: new Map() };
  const reasons: string[] = [];
  const ways = [
    ...recordsOf(keys.packages).flatMap((it) => attempt(() => packageWay(it, found), reasons)),
    ...recordsOf(keys.remotes).flatMap((it) => attempt(() => remoteWay(it, found), reasons)),
  ];
  const title = titleOf(keys.title) ?? id.slice(id.lastIndexOf('/') + 1);
  return {
    id,
    title,
    description: descriptionOf(keys.description) ?? title,
    ways,
    ...some({
      home: webAddress(keys.websiteUrl ?? keys.website_url) ?? webAddress(recordOf(keys.repository).url),
      parameters: [...found.parameters.values()],
      secrets: [...found.secrets.values()],
      unsupported: ways.length > 0 ? undefined : (reasons[0] ?? 'it names neither a package nor an address'),
    }),
  };
}

/** One way that cannot be read costs that way alone. */
function attempt(read: () => Way, reasons: string[]): Way[] {
  try {
    return [read()];
  } catch (thrown) {
    if (!(thrown instanceof Unfit)) throw thrown;
    reasons.push(`it ${thrown.message}`);
    return [];
  }
}

/** Either spelling of a key: camelCase since 2025-09-16, snake_case before. */
function either(keys: Keys, camel: string): unknown {
  return keys[camel] ?? keys[camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)];
}

function packageWay(pack: Keys, found: Found): Way {
  const type = String(either(pack, 'registryType') ?? pack.registry_name ?? '');
  const identifier = pack.identifier ?? pack.name;
  const launch = some({
    args: argumentsOf(either(pack, 'packageArguments'), found),
    env: variablesOf(either(pack, 'environmentVariables'), found),
  });
  if (type === 'oci' || type === 'docker') return { ...imageOf(pack, String(identifier)), ...launch };
  if (type !== 'npm' && type !== 'pypi')
    throw new Unfit(`has a package of ${kindOf(type)}, which Hive cannot run`);
  const { transport } = pack;
  if (recordOf(transport).url !== undefined)
    throw new Unfit('has a package that serves HTTP, which Hive starts in containers only');
  const runtime = argumentsOf(either(pack, 'runtimeArguments'), found).flat();
  const version = pack.version === undefined || pack.version === 'latest' ? undefined : pack.version;
  return {
    kind: type,
    package: inGrammar(type, identifier),
    ...some({
      version: version === undefined ? undefined : inGrammar('version', version),
      runtime: runtime.filter((it) => it !== '-y' && it !== '--yes'),
    }),
    ...launch,
  } satisfies PackageWay;
}

const kindOf = (type: string): string => cleaned(type, 40) ?? 'a kind without a name';

function imageOf(pack: Keys, identifier: string): Way & { kind: 'image' } {
  const hasTag = /[:@][^/]*$/.test(identifier);
  const { version } = pack;
  const image = hasTag || typeof version !== 'string' ? identifier : `${identifier}:${version}`;
  const { url } = recordOf(pack.transport);
  const address = typeof url === 'string' ? url.replace(/\{[^}]*\}/g, '8080') : '';
  if (!URL.canParse(address)) return { kind: 'image', image: inGrammar('image', image) };
  const { port, pathname } = new URL(address);
  return { kind: 'image', image: inGrammar('image', image), port: Number(port || 8080), path: pathname };
}

function remoteWay(remote: Keys, found: Found): Way {
  const url = addressTemplate(
    replaced(template(remote.url, 'an address'), recordOf(remote.variables), found),
  );
  if (url === undefined) throw new Unfit('has no web address');
  const headers = recordsOf(remote.headers).map((header) => [
    inGrammar('header', header.name),
    inputOf(header, String(header.name), found),
  ]);
  const transport = (remote.type ?? either(remote, 'transportType')) === 'sse' ? 'sse' : 'http';
  return { kind: 'remote', url, transport, ...some({ headers: Object.fromEntries(headers) }) };
}

function argumentsOf(list: unknown, found: Found): Argument[] {
  return recordsOf(list).flatMap((argument) =>
    argument.type === 'named' ? optionOf(argument, found) : positionOf(argument, found),
  );
}

function positionOf(argument: Keys, found: Found): Argument[] {
  const value = inputOf(argument, shortText(either(argument, 'valueHint')) ?? 'argument', found);
  return value === undefined ? [] : [value];
}

/** An option with its value, or a flag without one. */
function optionOf(argument: Keys, found: Found): Argument[] {
  const option = template(argument.name, 'an option');
  const isFlag = argument.format === 'boolean' && argument.value === undefined;
  if (isFlag) return String(argument.default) === 'true' ? [option] : [];
  if (!ASKS.some((key) => either(argument, key) !== undefined)) return [option];
  const hint = shortText(either(argument, 'valueHint')) ?? option.replace(/^-+/, '');
  return [[option, inputOf(argument, hint, found)]];
}

/** Keys by which an option has a value: a fixed one, or one that a person gives. */
const ASKS = 'value default format valueHint isRequired choices placeholder'.split(' ');

function variablesOf(list: unknown, found: Found): Record<string, string> {
  const pairs = recordsOf(list).map((it) => {
    const name = inGrammar('variable', it.name);
    return [name, inputOf(it, name, found)] as const;
  });
  return Object.fromEntries(pairs);
}

/** A fixed value with its `{variables}`, or a parameter or secret of its own. */
function inputOf(input: Keys, name: string, found: Found): string {
  if (input.value !== undefined)
    return replaced(template(input.value, 'a value'), recordOf(input.variables), found);
  return referenceTo(name, input, found);
}

/** `{name}` where the input declares that variable; other braces are text. */
function replaced(text: string, variables: Keys, found: Found): string {
  return text.replace(/\{([\w.-]+)\}/g, (token, name: string) =>
    Object.hasOwn(variables, name) ? referenceTo(name, recordOf(variables[name]), found) : token,
  );
}

function referenceTo(name: string, input: Keys, found: Found): string {
  const isRequired = either(input, 'isRequired') === true;
  if (either(input, 'isSecret') === true) {
    const variable = variableName(name);
    const about = some({ description: shortText(input.description), example: shortText(input.placeholder) });
    found.secrets.set(variable, {
      name: variable,
      ...about,
      ...(isRequired ? {} : { optional: true as const }),
    });
    return `\${${variable}}`;
  }
  const parameter = name.replace(/[^\w.-]+/g, '_').replace(/^[^A-Za-z_]+/, '') || 'argument';
  const type = input.format === 'number' || input.format === 'boolean' ? input.format : 'string';
  const schema = { ...input, type, enum: input.choices, example: input.placeholder };
  found.parameters.set(parameter, parameterOf(parameter, schema, isRequired));
  return `{{${parameter}}}`;
}

/** `api-key` → API_KEY. */
function variableName(name: string): string {
  const text = name
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .toUpperCase();
  return inGrammar('variable', /^[A-Z]/.test(text) ? text : `SECRET_${text}`);
}
