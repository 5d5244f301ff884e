/** Files that describe containers: Compose, gridctl, ToolHive, Docker's catalogue and registry. */
import { type Keys, textsOf } from '../../config/foreign/keys.ts';
import { isRemoteContext } from '../../config/foreign/remote-context.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { type ForeignServer, type Format, serversIn, serversNamed } from '../foreign/foreign.ts';

export const compose: Format = {
  name: 'Compose',
  read({ services }) {
    const found = serversIn(services);
    if (found.length === 0) return undefined;
    return { servers: found.map(({ name, keys }) => ({ name, keys: composeKeys(keys) })) };
  },
};

/** The word `mcp`, in names such as `mcp/time`, `my-mcp-server` and `github_mcp`. */
const MCP = /(?:^|[^a-z])mcp(?:[^a-z]|$)/i;

/** True for a service whose name, image, build or labels say that it is an MCP server. */
export function looksLikeMcp({ name, keys }: ForeignServer): boolean {
  const { image, build } = keys;
  const { context, dockerfile } = isRecord(build) ? build : { context: build, dockerfile: undefined };
  if ([name, image, context, dockerfile].some((text) => typeof text === 'string' && MCP.test(text)))
    return true;
  return Object.keys(environmentOf(keys.labels)).some((label) => label.startsWith('mcp.'));
}

/** Compose keys that Hive writes itself, or that make no sense for a server that Hive starts. */
const COMPOSE_DROPPED = new Set([
  'container_name',
  'restart',
  'stdin_open',
  'tty',
  'init',
  'expose',
  'depends_on',
  'networks',
  'profiles',
  'logging',
]);
/** Compose keys with another name in Hive. */
const COMPOSE_RENAMED: Readonly<Record<string, string>> = {
  environment: 'env',
  env_file: 'envFile',
  working_dir: 'workdir',
  read_only: 'readOnly',
  mem_limit: 'memory',
  pids_limit: 'pids',
  cap_add: 'capAdd',
  pull_policy: 'pull',
};
const COMPOSE_SAME = new Set([
  'image',
  'command',
  'entrypoint',
  'volumes',
  'ports',
  'user',
  'cpus',
  'platform',
  'runtime',
  'tmpfs',
]);

function composeKeys({ build, labels, ...keys }: Keys): Keys {
  const entry: Record<string, unknown> = {};
  const raw: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(keys)) {
    if (COMPOSE_DROPPED.has(key)) continue;
    const own = COMPOSE_RENAMED[key] ?? (COMPOSE_SAME.has(key) ? key : undefined);
    if (own === undefined) raw[key] = value;
    else entry[own] = own === 'env' ? environmentOf(value) : value;
  }
  return {
    ...entry,
    // The name of what is built is Hive's own.
    ...(build === undefined ? {} : { image: undefined, ...buildOf(build) }),
    ...endpointOf(environmentOf(labels), keys),
    ...(Object.keys(raw).length > 0 ? { compose: raw } : {}),
  };
}

/** Compose takes a map, or a list of `NAME=value`. A name alone takes its value from the environment. */
function environmentOf(value: unknown): Record<string, string> {
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).map(([key, it]) => [key, it === null ? `\${${key}}` : String(it)]),
    );
  return Object.fromEntries(
    textsOf(value).map((line) => {
      const at = line.indexOf('=');
      return at < 0 ? [line, `\${${line}}`] : [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** A Dockerfile at the top of its context is written as such; anything else keeps the form of Compose. */
function buildOf(build: unknown): Keys {
  const written: Keys = isRecord(build) ? build : { context: build };
  const { context = '.', dockerfile = 'Dockerfile', args, target } = written;
  const isPlain = args === undefined && target === undefined && !String(dockerfile).includes('/');
  if (isPlain && !isRemoteContext(String(context)))
    return { dockerfile: `${String(context).replace(/\/$/, '')}/${dockerfile}` };
  const variables = args === undefined ? {} : { args: environmentOf(args) };
  const rest = Object.entries({ dockerfile: written.dockerfile, target }).filter(
    ([, it]) => it !== undefined,
  );
  return { build: { context, ...Object.fromEntries(rest), ...variables } };
}

/** A service that publishes a port serves HTTP, unless a label says otherwise. */
function endpointOf(labels: Record<string, string>, { ports }: Keys): Keys {
  const [published] = textsOf(ports);
  const port = Number(labels['mcp.port'] ?? /(\d+)(?:\/tcp)?$/.exec(published ?? '')?.[1]);
  const type = labels['mcp.type'] ?? (published === undefined ? 'stdio' : 'http');
  return type === 'stdio' || !port ? {} : { transport: 'http', port, ports: [] };
}

export const gridctl: Format = {
  name: 'gridctl',
  read({ 'mcp-servers': list, resources }) {
    if (!Array.isArray(list)) return undefined;
    const resourceNames = serversNamed(resources).map(({ name }) => name);
    return {
      servers: serversNamed(list).map(gridctlServer),
      notes:
        resourceNames.length > 0
          ? [`left out, since they are no MCP servers: ${resourceNames.join(', ')}`]
          : [],
    };
  },
};

function gridctlServer({ name, keys }: ForeignServer): ForeignServer {
  const { transport, tools, source, build_args: args, network: _, replicas: __, ...rest } = keys;
  const isHttp = 'image' in keys && transport !== 'stdio' && 'port' in keys;
  const kind = isHttp ? { transport: 'http' } : {};
  const built = isRecord(source) ? buildOf({ ...source, context: sourceOf(source), args }) : {};
  return {
    name,
    keys: { ...rest, ...kind, ...built, ...(tools === undefined ? {} : { includeTools: tools }) },
  };
}

/** A folder, or the URL of a repository with branch and folder. */
function sourceOf({ url, ref, path }: Keys): unknown {
  if (typeof url !== 'string') return path;
  const repository = /^https?:/.test(url) && !url.endsWith('.git') ? `${url}.git` : url;
  const folder = path === undefined ? '' : `:${path}`;
  return ref === undefined && folder === '' ? repository : `${repository}#${ref ?? ''}${folder}`;
}

export const toolhive: Format = {
  name: 'ToolHive',
  read({ apiVersion, kind, metadata, spec }) {
    if (typeof apiVersion !== 'string' || !/^MCP(Server|RemoteProxy)$/.test(String(kind)) || !isRecord(spec))
      return undefined;
    const name = isRecord(metadata) ? String(metadata.name ?? 'server') : 'server';
    return { servers: [{ name, keys: toolhiveKeys(spec) }] };
  },
};

function toolhiveKeys(spec: Keys): Keys {
  const { image, transport, args, env, secrets, mcpPort, targetPort, port, remoteUrl, remoteURL } = spec;
  const url = remoteUrl ?? remoteURL;
  if (url !== undefined) return { url };
  const pairs = serversNamed(env).map(({ name, keys }) => [name, String(keys.value ?? '')]);
  const fromSecrets = serversNamed(secrets).map(({ name, keys }) => {
    const target = String(keys.targetEnvName ?? keys.key ?? name);
    return [target, `\${${target}}`];
  });
  const isHttp = transport !== undefined && transport !== 'stdio';
  return {
    image,
    ...(args === undefined ? {} : { args }),
    env: Object.fromEntries([...pairs, ...fromSecrets]),
    ...(isHttp ? { transport: 'http', port: Number(mcpPort ?? targetPort ?? port ?? 8080) } : {}),
  };
}

/** One entry of Docker's registry, or a catalogue of many. */
export const dockerCatalogue: Format = {
  name: "Docker's catalogue",
  read(data) {
    if (isRecord(data.registry))
      return {
        servers: serversIn(data.registry).map(({ name, keys }) => ({ name, keys: dockerKeys(keys) })),
      };
    const isEntry =
      typeof data.name === 'string' &&
      ('about' in data || 'meta' in data) &&
      ('image' in data || 'remote' in data);
    return isEntry ? { servers: [{ name: String(data.name), keys: dockerKeys(data) }] } : undefined;
  },
};

function dockerKeys(data: Keys): Keys {
  const run = isRecord(data.run) ? data.run : data;
  const config = isRecord(data.config) ? data.config : Array.isArray(data.config) ? {} : data;
  const { remote, image } = data;
  const secrets = serversNamed(config.secrets ?? data.secrets, ['env']).map(({ name }) => [
    name,
    `\${${name}}`,
  ]);
  if (isRecord(remote)) {
    const headers = isRecord(remote.headers) ? remote.headers : {};
    return { url: remote.url, headers };
  }
  const values = serversNamed(config.env ?? data.env).map(({ name, keys }) => [
    name,
    String(keys.value ?? `\${${name}}`),
  ]);
  const isAlone = run.disableNetwork === true || data.disableNetwork === true;
  return {
    image,
    ...(run.command === undefined ? {} : { command: run.command }),
    ...(run.volumes === undefined ? {} : { volumes: run.volumes }),
    ...(run.user === undefined ? {} : { user: run.user }),
    env: Object.fromEntries([...values, ...secrets]),
    ...(isAlone ? { network: 'none' } : {}),
  };
}
