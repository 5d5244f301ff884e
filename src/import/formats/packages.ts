/** Descriptions of one server to install: the registry's server.json, and the manifest of an MCP bundle. */
import { type Input, type Keys, textsOf } from '../../config/foreign/keys.ts';
import { variableName } from '../../config/foreign/variable-name.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { type Format, serversNamed } from '../foreign/foreign.ts';

/** https://github.com/modelcontextprotocol/registry, schemas of 2025-07-09 (snake case) to 2025-12-11. */
export const serverJson: Format = {
  name: 'server.json',
  read(data) {
    const server = isRecord(data.server) && !('manifest_version' in data) ? data.server : data;
    const { name } = server;
    const packages = listOfMaps(server.packages);
    const remotes = listOfMaps(server.remotes);
    if (typeof name !== 'string' || packages.length + remotes.length === 0 || 'image' in data)
      return undefined;
    const found = packages.map(packageKeys).find((keys) => keys !== undefined);
    const keys = found ?? remotes.map(remoteKeys).find((it) => it !== undefined);
    if (keys === undefined) return { servers: [], notes: [`${name} has no package that Hive can run`] };
    return { servers: [{ name: name.slice(name.lastIndexOf('/') + 1), keys }] };
  },
};

const listOfMaps = (value: unknown): Keys[] => (Array.isArray(value) ? value.filter(isRecord) : []);

/** Either spelling of a key. */
const either = (keys: Keys, camel: string, snake: string): unknown => keys[camel] ?? keys[snake];

/** The command that runs a package: a program with its options, and the package's name with its version. */
const RUNNERS: Readonly<Record<string, (name: string, version: string) => readonly string[]>> = {
  npm: (name, version) => ['npx', '-y', version ? `${name}@${version}` : name],
  pypi: (name, version) => ['uvx', version ? `${name}==${version}` : name],
  nuget: (name, version) => ['dnx', version ? `${name}@${version}` : name, '--yes'],
};

function packageKeys(pack: Keys): Keys | undefined {
  const type = String(either(pack, 'registryType', 'registry_type') ?? pack.registry_name ?? '');
  const name = String(pack.identifier ?? pack.name ?? '');
  const version = String(pack.version ?? '');
  const args = argumentsOf(either(pack, 'packageArguments', 'package_arguments'));
  const env = variablesOf(either(pack, 'environmentVariables', 'environment_variables'));
  if (/^(oci|docker)$/.test(type)) {
    const image = !version || /[:@][^/]*$/.test(name) ? name : `${name}:${version}`;
    return { image, ...(args.length > 0 ? { args } : {}), env, ...endpointOf(pack) };
  }
  const runner = RUNNERS[type]?.(name, version);
  if (runner === undefined || name === '') return undefined;
  const [command, ...first] = runner;
  const runtime = argumentsOf(either(pack, 'runtimeArguments', 'runtime_arguments')).filter(
    (arg) => arg !== '-y',
  );
  const [last = '', ...options] = first.toReversed();
  return { command, args: [...options.toReversed(), ...runtime, last, ...args], env };
}

function endpointOf({ transport }: Keys): Keys {
  if (!isRecord(transport) || typeof transport.url !== 'string') return {};
  const { port, pathname } = new URL(transport.url.replace(/\{[^}]*\}/g, '8080'), 'http://localhost');
  return { transport: 'http', port: Number(port || 8080), path: pathname };
}

function remoteKeys(remote: Keys): Keys | undefined {
  const { url, headers } = remote;
  if (typeof url !== 'string') return undefined;
  const pairs = serversNamed(headers).map(({ name, keys }) => [name, fieldValue(name, keys)]);
  return {
    url: url.replace(/\{([^}]+)\}/g, (_, name: string) => reference(name)),
    headers: Object.fromEntries(pairs),
  };
}

/** Positional values and named options; what a person has to fill in becomes a variable. */
function argumentsOf(list: unknown): string[] {
  return listOfMaps(list).flatMap((argument) => {
    const name = typeof argument.name === 'string' ? argument.name : '';
    const hint = String(either(argument, 'valueHint', 'value_hint') ?? name);
    const isNeeded = either(argument, 'isRequired', 'is_required') === true;
    if (!isNeeded && argument.value === undefined && argument.default === undefined) return [];
    const value = fieldValue(hint || 'argument', argument);
    return argument.type === 'named' ? [name, value].filter((it) => it !== '') : [value];
  });
}

function variablesOf(list: unknown): Record<string, string> {
  return Object.fromEntries(
    serversNamed(list)
      .filter(({ keys }) => either(keys, 'isRequired', 'is_required') === true || keys.value !== undefined)
      .map(({ name, keys }) => [name, fieldValue(name, keys)]),
  );
}

function fieldValue(name: string, keys: Keys): string {
  const { value, default: preset } = keys;
  if (value !== undefined) return String(value).replace(/\{([^}]+)\}/g, (_, part: string) => reference(part));
  return preset === undefined ? reference(name) : `\${${variableName(name)}:-${String(preset)}}`;
}

const reference = (name: string): string => `\${${variableName(name)}}`;

/** The manifest.json of an MCP bundle, versions 0.1 to 0.4. */
export const mcpb: Format = {
  name: 'MCP bundle',
  read(data) {
    const { server, name } = data;
    if (!isRecord(server) || !('manifest_version' in data || 'dxt_version' in data)) return undefined;
    const { mcp_config: config, entry_point: entry } = server;
    const keys = isRecord(config)
      ? config
      : { command: 'node', args: [`\${__dirname}/${textsOf(entry)[0] ?? ''}`] };
    const { platform_overrides: _, ...rest } = keys;
    return {
      servers: [{ name: String(name ?? 'bundle'), keys: rest }],
      inputs: inputsOf(data.user_config),
    };
  },
};

function inputsOf(config: unknown): Input[] {
  if (!isRecord(config)) return [];
  return Object.entries(config).map(([id, field]) => {
    const { title, default: preset } = isRecord(field) ? field : {};
    const value = typeof preset === 'string' || typeof preset === 'number' ? String(preset) : undefined;
    return { id, description: typeof title === 'string' ? title : undefined, value };
  });
}
