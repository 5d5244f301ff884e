/** Entries of github.com/docker/mcp-registry: `servers/NAME/server.yaml`, and `tools.json` beside it. */
import type { Entry, Parameter, Secret, Tool, Way } from '../entry/entry.ts';
import {
  cleaned,
  descriptionOf,
  inGrammar,
  type Keys,
  parameterOf,
  recordOf,
  recordsOf,
  shortText,
  some,
  tagsOf,
  template,
  titleOf,
  Unfit,
  webAddress,
} from './values.ts';

const MAX_TOOLS = 200;
/** Longest description of a tool, in characters: people choose by it, models get the server's own. */
const MAX_TOOL_TEXT = 120;

/**
 * @param folder name of the entry's folder
 * @param data of `server.yaml`
 * @param tools of `tools.json`, if there is one
 * @throws Unfit
 */
export function readDocker(folder: string, data: unknown, tools?: unknown): Entry {
  const keys = recordOf(data);
  const about = recordOf(keys.about);
  const meta = recordOf(keys.meta);
  const name = String(keys.name ?? folder);
  const title = titleOf(about.title) ?? name;
  const secrets = secretsOf(keys);
  const { way, unsupported } = wayOf(keys, name, secrets);
  return {
    id: inGrammar('id', `docker/${folder.toLowerCase()}`),
    title,
    description: descriptionOf(about.description) ?? title,
    ways: way ? [way] : [],
    ...some({
      category: shortText(meta.category)?.toLowerCase(),
      tags: tagsOf(meta.tags),
      home: webAddress(recordOf(keys.source).project),
      parameters: way && parametersOf(keys, way, name),
      secrets,
      tools: toolsOf(tools),
      unsupported,
    }),
  };
}

function wayOf(keys: Keys, name: string, secrets: readonly Secret[]): { way?: Way; unsupported?: string } {
  if (keys.type === 'remote') return { way: remoteOf(recordOf(keys.remote), name, secrets) };
  if (keys.type === 'poci')
    return { unsupported: 'each of its tools is a container of its own that runs once, which is no server' };
  if (keys.type !== 'server') throw new Unfit('has no type that Hive knows');
  const run = recordOf(keys.run);
  const inner = (value: unknown, what: string) => ownTemplate(template(value, what), name, secrets);
  const env = {
    ...Object.fromEntries(secrets.map((secret) => [secret.name, `\${${secret.name}}`])),
    ...Object.fromEntries(
      recordsOf(recordOf(keys.config).env)
        .filter(({ value }) => value !== undefined)
        .map((it) => [inGrammar('variable', it.name), inner(it.value, 'a variable')]),
    ),
    ...Object.fromEntries(
      Object.entries(recordOf(run.env)).map(([key, value]) => [
        inGrammar('variable', key),
        inner(value, 'a variable'),
      ]),
    ),
  };
  const listed = (list: unknown, what: string) =>
    Array.isArray(list) ? list.map((item) => inner(item, what)) : undefined;
  return {
    way: {
      kind: 'image',
      image: inGrammar('image', keys.image),
      ...some({
        args: listed(run.command, 'an argument'),
        env,
        volumes: listed(run.volumes, 'a volume'),
        network: run.disableNetwork === true ? ('none' as const) : undefined,
        user: run.user === undefined ? undefined : template(run.user, 'a user'),
      }),
    },
  };
}

function remoteOf(remote: Keys, name: string, secrets: readonly Secret[]): Way {
  const url = webAddress(remote.url);
  if (url === undefined) throw new Unfit('has no address of its server');
  const headers = Object.entries(recordOf(remote.headers)).map(([header, value]) => [
    inGrammar('header', header),
    ownTemplate(template(value, 'a header'), name, secrets),
  ]);
  const transport = remote.transport_type === 'sse' ? 'sse' : 'http';
  return { kind: 'remote', url, transport, ...some({ headers: Object.fromEntries(headers) }) };
}

/** `{{server.x}}` is the parameter x; `$X` and `${X}` are secrets where the entry has such a one. */
function ownTemplate(text: string, name: string, secrets: readonly Secret[]): string {
  const known = new Set(secrets.map((secret) => secret.name));
  return text
    .replace(/\$(\w+)/g, (token, word: string) => (known.has(word) ? `\${${word}}` : token))
    .replace(/\{\{\s*([\w.-]+)/g, (_, path: string) => `{{${withoutServer(path, name)}`);
}

const withoutServer = (path: string, name: string): string =>
  path.startsWith(`${name}.`) ? path.slice(name.length + 1) : path;

function secretsOf(keys: Keys): Secret[] {
  const listed = recordsOf(recordOf(keys.config).secrets);
  const found = listed.map((secret) => ({
    name: inGrammar('variable', secret.env ?? secret.name),
    ...some({ description: shortText(secret.description), example: shortText(secret.example) }),
    ...(secret.required === false ? { optional: true as const } : {}),
  }));
  return [...new Map(found.map((secret) => [secret.name, secret])).values()];
}

/** The parameters that templates use: with their schema, and those without one too. */
function parametersOf(keys: Keys, way: Way, name: string): Parameter[] {
  const schema = recordOf(recordOf(keys.config).parameters);
  const declared = new Map(leaves(schema, '').map((leaf) => [withoutServer(leaf.name, name), leaf]));
  const used = [...JSON.stringify(way).matchAll(/\{\{([\w.-]+)/g)].map(([, it = '']) => it);
  return [...new Set(used)].map((parameter) => {
    const leaf = declared.get(parameter);
    return parameterOf(parameter, leaf?.schema ?? {}, leaf?.isRequired ?? leaf === undefined);
  });
}

interface Leaf {
  readonly name: string;
  readonly schema: Keys;
  readonly isRequired: boolean;
}

function leaves(schema: Keys, path: string): Leaf[] {
  const required = Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(recordOf(schema.properties)).flatMap(([key, value]) => {
    const inner = recordOf(value);
    if ('properties' in inner) return leaves(inner, `${path}${key}.`);
    return [leafOf(path + key, inner, required.includes(key))];
  });
}

/** Folders that nobody else has, as defaults: examples of what a person must name. */
const SOMEBODYS = /^\[?"(?:\/Users\/|\$HOME\b)/;

function leafOf(name: string, schema: Keys, isRequired: boolean): Leaf {
  if (!SOMEBODYS.test(JSON.stringify(schema.default) ?? '')) return { name, schema, isRequired };
  const { default: example, ...rest } = schema;
  const first = Array.isArray(example) ? example[0] : example;
  return { name, schema: { ...rest, example: first }, isRequired: true };
}

function toolsOf(tools: unknown): Tool[] {
  const found = recordsOf(tools).flatMap((tool) => {
    const name = shortText(tool.name);
    if (name === undefined) return [];
    return [{ name, ...some({ description: cleaned(tool.description, MAX_TOOL_TEXT) }) }];
  });
  return found.slice(0, MAX_TOOLS);
}
