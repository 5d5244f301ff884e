/** Brings the keys of an entry to one spelling, and leaves out those that are about the client. */
import { ABOUT_CLIENT, ALIASES } from '../../config/foreign/aliases.ts';
import { fitsHive, HIVE_KEYS } from '../../config/foreign/hive-keys.ts';
import { type Keys, type Tell, textsOf } from '../../config/foreign/keys.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { passedOn } from '../foreign/foreign.ts';

/** Keys that say less than others, or that are read below. */
const READ_HERE = new Set(['type', 'transport', 'enabled', 'disabled', 'timeout', 'tools', 'env_vars']);

/** Keys of Hive whose values other clients write in more forms: later steps bring them to one. */
const READ_LATER = new Set([
  ...['command', 'args', 'env', 'envFile', 'url', 'headers', 'workdir', 'timeouts', 'oauth', 'image'],
  ...['entrypoint', 'volumes', 'ports', 'port', 'path', 'user', 'network', 'cpus', 'memory', 'allow', 'deny'],
]);

/** Where a key of another client goes. */
function kindOf(key: string, value: unknown): 'kept' | 'passed over' | 'other form' | 'lost' {
  if (READ_LATER.has(key)) return 'kept';
  if (READ_HERE.has(key)) return 'passed over';
  if (HIVE_KEYS.has(key)) return fitsHive(key, value) ? 'kept' : 'other form';
  return ABOUT_CLIENT.has(key) ? 'passed over' : 'lost';
}

/**
 * The entry with keys in one spelling. `type` and `transport` say the kind only where nothing else does, so
 * `transport: http` stays for containers alone.
 */
export function commonKeys(keys: Keys, tell: Tell): Keys {
  const { entry: found, lost, other } = sorted(keys);
  const entry = { ...found, ...envOf(found, tell) };
  if (lost.length > 0) tell(`left out, since Hive has no such key: ${lost.join(', ')}`);
  if (other.length > 0) tell(`left out, since Hive has another form for it: ${other.join(', ')}`);
  return {
    ...entry,
    ...commandOf(entry),
    ...variablesOf(keys, entry),
    ...transportOf(keys, entry),
    ...oauthOf(entry),
    ...toolsOf(keys, entry),
    ...(isOff(keys) ? { enabled: false } : {}),
    ...(keys.timeout === undefined ? {} : { timeout: keys.timeout }),
  };
}

interface Sorted {
  readonly entry: Record<string, unknown>;
  /** Keys that Hive does not have. */
  readonly lost: string[];
  /** Keys of Hive with a value that another client means otherwise. */
  readonly other: string[];
}

function sorted(keys: Keys): Sorted {
  const found: Sorted = { entry: {}, lost: [], other: [] };
  for (const [key, value] of Object.entries(keys)) {
    if (value === undefined || value === null) continue;
    const own = fitsHive(key, value) ? key : (ALIASES[key] ?? key);
    const kind = kindOf(own, value);
    if (kind === 'kept') found.entry[own] ??= value;
    if (kind === 'lost') found.lost.push(key);
    if (kind === 'other form') found.other.push(key);
  }
  return found;
}

function isOff({ enabled, disabled, isActive }: Keys): boolean {
  return enabled === false || disabled === true || isActive === false;
}

/** A command as a map of `path`, `args` and `env`, or as a list. */
function commandOf({ command, args, env, image }: Keys): Keys {
  if (isRecord(command))
    return {
      command: command.path ?? command.command,
      args: command.args ?? args,
      env: { ...(isRecord(command.env) ? command.env : {}), ...(isRecord(env) ? env : {}) },
    };
  if (!Array.isArray(command) || args !== undefined || image !== undefined) return {};
  const [program, ...rest] = textsOf(command);
  return { command: program, args: rest };
}

/** `["NAME=value", "PASSED_ON", { name, value }]`, as Compose and Kubernetes write it. */
function envOf({ env }: Keys, tell: Tell): Keys {
  if (!Array.isArray(env)) return {};
  const pairs = env.map(pairOf);
  if (pairs.includes(undefined)) tell('left out of env: what is neither NAME=value nor a name');
  return { env: Object.fromEntries(pairs.filter((pair) => pair !== undefined)) };
}

function pairOf(item: unknown): readonly [name: string, value: unknown] | undefined {
  if (isRecord(item) && typeof item.name === 'string' && 'value' in item) return [item.name, item.value];
  const [, name, value] =
    /^\s*([A-Za-z_][\w.-]*)\s*(?:=([\s\S]*))?$/.exec(typeof item === 'string' ? item : '') ?? [];
  return name === undefined ? undefined : [name, value ?? `\${${name}}`];
}

/** Names of variables that the client passes on. */
function variablesOf(keys: Keys, { env }: Keys): Keys {
  const passed = keys.envKeys ?? keys.env_vars;
  return passed === undefined ? {} : { env: { ...passedOn(passed), ...(isRecord(env) ? env : {}) } };
}

/** The part of a client's OAuth settings that Hive has too. */
function oauthOf({ oauth }: Keys): Keys {
  if (!isRecord(oauth)) return { oauth: undefined };
  const { clientId, clientSecret, scopes } = oauth;
  const settings = {
    ...(clientId ? { clientId } : {}),
    ...(clientSecret ? { clientSecret } : {}),
    ...(scopes ? { scopes } : {}),
  };
  return { oauth: Object.keys(settings).length > 0 ? settings : undefined };
}

/** Some clients write `transport: { type, url, headers }`. */
function transportOf({ transport }: Keys, { image, dockerfile, build }: Keys): Keys {
  if (isRecord(transport)) {
    const { url, headers } = transport;
    return { ...(url === undefined ? {} : { url }), ...(headers === undefined ? {} : { headers }) };
  }
  return transport === 'http' && (image ?? dockerfile ?? build) !== undefined ? { transport } : {};
}

/** `tools: ["*"]` means all; Hive's own form stays. */
function toolsOf({ tools }: Keys, { allow, deny }: Keys): Keys {
  if (isRecord(tools) && ('allow' in tools || 'deny' in tools || 'rename' in tools)) return { tools };
  const allowed = textsOf(allow ?? (Array.isArray(tools) ? tools : [])).filter((name) => name !== '*');
  const denied = textsOf(deny);
  if (allowed.length + denied.length === 0) return {};
  return {
    tools: {
      ...(allowed.length > 0 ? { allow: allowed } : {}),
      ...(denied.length > 0 ? { deny: denied } : {}),
    },
  };
}
