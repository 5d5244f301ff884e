/** An entry and values for its parameters → the entry of a stack file, or what is wrong. */
import { SERVER_NAME } from '../../model/text/grammar.ts';
import {
  type Entry,
  type ImageWay,
  type PackageWay,
  type RemoteWay,
  type Secret,
  shortName,
  type Way,
} from '../entry/entry.ts';
import { isPackage, launchOf } from './launch.ts';
import { checkParameters } from './parameters.ts';
import { fillList, fillMap, fillText, TemplateProblem, type Values } from './template.ts';

export interface Wanted {
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** Default: the entry's first way. */
  readonly way?: Way['kind'] | undefined;
  /** Name of the server; default from the entry's id. */
  readonly name?: string;
  /** `reference` puts a variable in place of a required parameter; `refuse`, the default, is a problem. */
  readonly missing?: 'refuse' | 'reference';
  /** What stands for a secret in the entry; default `${NAME}`, or `${NAME:-}` for an optional one. */
  readonly secret?: (secret: Secret) => string;
  /** True to run a package in a container of an image that is built for it: `server` then has no image. */
  readonly isBuilt?: boolean;
}

export type Made =
  | {
      readonly kind: 'made';
      readonly serverName: string;
      readonly way: Way;
      /** Keys of the stack file. */
      readonly server: Readonly<Record<string, unknown>>;
      /** Variables that must be set before it starts: secrets, and parameters that were not given. */
      readonly variables: readonly string[];
      /** Variables that may be set. */
      readonly optional: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

export function toServer(entry: Entry, wanted: Wanted = {}): Made {
  const way = entry.ways.find(({ kind }) => kind === (wanted.way ?? kind));
  if (way === undefined) return refused(noWay(entry, wanted.way));
  const serverName = wanted.name ?? defaultName(entry.id);
  if (!SERVER_NAME.test(serverName))
    return refused(`${serverName} cannot be the name of a server: letters, digits, - and _, at most 63`);
  const { filled, missing, problems } = checkParameters(entry, wanted.parameters ?? {});
  const shape = wanted.isBuilt && isPackage(way) ? launchOf(entry, way) : way;
  const used = missing.filter(({ name }) => namesIn(shape).has(name));
  if (wanted.missing !== 'reference')
    problems.push(
      ...used.map(({ name, description }) => `${name} is missing${description ? `: ${description}` : ''}`),
    );
  if (problems.length > 0) return refused(...problems);
  const references = new Map(used.map(({ name }) => [name, variableOf(name)]));
  const secrets = new Map((entry.secrets ?? []).map((secret) => [secret.name, secret]));
  const values: Values = {
    parameter: (name) => {
      const variable = references.get(name);
      return variable === undefined ? filled.get(name) : { kind: 'reference', text: `\${${variable}}` };
    },
    secret: (name) => {
      const secret = secrets.get(name);
      return secret && (wanted.secret ?? variableFor)(secret);
    },
  };
  return made(entry, way, serverName, () => serverOf(entry, shape, values), [...references.values()]);
}

const variableFor = ({ name, optional }: Secret): string => (optional ? `\${${name}:-}` : `\${${name}}`);

function made(
  entry: Entry,
  way: Way,
  serverName: string,
  build: () => Record<string, unknown>,
  references: readonly string[],
): Made {
  try {
    const server = build();
    const text = JSON.stringify(server);
    const secrets = (entry.secrets ?? []).filter(({ name }) => isReferred(name, text));
    const required = secrets.filter(({ optional }) => !optional).map(({ name }) => name);
    const optional = secrets.filter((secret) => secret.optional).map(({ name }) => name);
    return { kind: 'made', serverName, way, server, variables: [...required, ...references], optional };
  } catch (thrown) {
    if (thrown instanceof TemplateProblem) return refused(thrown.message);
    throw thrown;
  }
}

/** Whether a text has `${NAME}`, `${NAME:-}` or `${secret:NAME}`; a doubled dollar sign is text. */
const isReferred = (name: string, text: string): boolean =>
  new RegExp(`(?<!\\$)\\$\\{(?:secret:)?${name}[:}]`).test(text);

const refused = (...problems: string[]): Made => ({ kind: 'refused', problems });

function noWay({ id, ways, unsupported }: Entry, kind: Way['kind'] | undefined): string {
  if (ways.length === 0) return `Hive cannot run ${id}: ${unsupported ?? 'it has no way to run'}`;
  return `${id} has no ${kind}: it has ${[...new Set(ways.map((way) => way.kind))].join(', ')}`;
}

/** Last part of the id, in the characters that names of servers and prefixes have. */
export function defaultName(id: string): string {
  const name = shortName(id)
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/^_+/, '');
  return /^.{1,63}/.exec(name)?.[0] ?? 'server';
}

const namesIn = (way: Way): ReadonlySet<string> =>
  new Set([...JSON.stringify(way).matchAll(/\{\{\s*([\w.-]+)/g)].map(([, name = '']) => name));

/** `db.url` → DB_URL. */
const variableOf = (name: string): string => name.replace(/[^A-Za-z0-9]+/g, '_').toUpperCase();

function serverOf(entry: Entry, way: Way, values: Values): Record<string, unknown> {
  switch (way.kind) {
    case 'image':
      return containerOf(way, values);
    case 'remote':
      return remoteOf(entry, way, values);
    default:
      return nativeOf(way, values);
  }
}

function containerOf(way: ImageWay, values: Values): Record<string, unknown> {
  const command = fillList(way.args ?? [], values);
  const volumes = fillList(way.volumes ?? [], values);
  const env = fillMap(way.env ?? {}, values);
  return {
    type: 'container',
    ...(way.port === undefined ? {} : { transport: 'http', port: way.port }),
    ...(way.path === undefined || way.path === '/mcp' ? {} : { path: way.path }),
    ...(way.image === '' ? {} : { image: way.image }),
    ...(command.length > 0 ? { command } : {}),
    ...envOf(env),
    ...(volumes.length > 0 ? { volumes } : {}),
    ...(way.network ? { network: way.network } : {}),
    ...(way.user === undefined ? {} : { user: fillText(way.user, values) ?? way.user }),
  };
}

function nativeOf(way: PackageWay, values: Values): Record<string, unknown> {
  const words = way.kind === 'npm' ? npxWords(way) : uvxWords(way);
  const options = fillList(way.runtime ?? [], values);
  const [runner = '', ...rest] = words;
  const command = [runner, ...options, ...rest, ...fillList(way.args ?? [], values)];
  return { command, ...envOf(fillMap(way.env ?? {}, values)) };
}

function npxWords({ package: name, version, program }: PackageWay): string[] {
  const at = version === undefined ? name : `${name}@${version}`;
  return program === undefined ? ['npx', '-y', at] : ['npx', '-y', `--package=${at}`, program];
}

function uvxWords({ package: name, version, program, with: beside = [] }: PackageWay): string[] {
  const at = version === undefined ? name : `${name}==${version}`;
  const pins = beside.flatMap((requirement) => ['--with', requirement]);
  return program === undefined ? ['uvx', ...pins, at] : ['uvx', ...pins, '--from', at, program];
}

function addressOf(url: string | undefined): string {
  if (url !== undefined && /^(https?:\/\/|\$\{)/.test(url)) return url;
  throw new TemplateProblem('its address must begin with http:// or https://');
}

/** A header that needs an optional secret is left out: without a value it would be a wrong login. */
function remoteOf({ secrets = [] }: Entry, way: RemoteWay, values: Values): Record<string, unknown> {
  const isOptional = (text: string) =>
    secrets.some(({ name, optional }) => optional && text.includes(`\${${name}}`));
  const kept = Object.entries(way.headers ?? {}).filter(([, text]) => !isOptional(text));
  const headers = fillMap(Object.fromEntries(kept), values);
  return {
    ...(way.transport === 'sse' ? { type: 'sse' } : {}),
    url: addressOf(fillText(way.url, values)),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
  };
}

const envOf = (env: Record<string, string>): { env?: Record<string, string> } =>
  Object.keys(env).length > 0 ? { env } : {};
