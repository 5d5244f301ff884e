/** Raw entries to typed input: the schema pass. A bad entry is reported and left out, so that the others are checked too. */
import type { z } from 'zod';
import { resolveReferences, unsetIn, type Values } from '../model/references.ts';
import { translateIssues } from './issues.ts';
import { isRecord, type RawServer, type RawStack, type Report } from './read.ts';
import { type SettingsInput, settingsSchema, stackSchema } from './schema.ts';
import {
  type ContainerInput,
  containerSchema,
  type NativeInput,
  nativeSchema,
  type RemoteInput,
  remoteSchema,
} from './schema-server.ts';
import { SERVER_NAME } from './schema-values.ts';
import { similar } from './similar.ts';
import { type KeyPath, locate } from './source.ts';
import { textsIn } from './texts.ts';

interface EntryBase extends RawServer {
  readonly isPartial: boolean;
}

/** `isPartial`: keys that the schema refused are left out, so that the other ones are checked in the same go. */
export type Entry = EntryBase &
  (
    | { readonly kind: 'container'; readonly input: ContainerInput }
    | { readonly kind: 'native'; readonly input: NativeInput }
    | { readonly kind: 'remote'; readonly input: RemoteInput }
  );

export interface Input {
  readonly settings: SettingsInput;
  readonly entries: readonly Entry[];
}

type Kind = Entry['kind'];

const SCHEMA: Record<Kind, z.ZodObject> = {
  container: containerSchema,
  native: nativeSchema,
  remote: remoteSchema,
};

export function parseStack(raw: RawStack, values: Values, report: Report): Input {
  return {
    settings: parseSettings(raw, values, report),
    entries: raw.servers.map((server) => parseServer(server, report)).filter((entry) => entry !== undefined),
  };
}

function parseSettings(raw: RawStack, values: Values, report: Report): SettingsInput {
  const source = raw.main;
  const data = { ...raw.settings, ...resolvedGateway(raw, values, report) };
  reportReferences(raw, report);
  const result = settingsSchema.safeParse(data);
  if (source.data !== undefined && isRecord(source.data) && !hasServers(source.data))
    reportNoServers(raw, report);
  if (result.success) return result.data;
  const subject = { schema: stackSchema, data, owner: '', keyHints: SETTING_HINTS };
  for (const { keyPath, of, message, hint } of translateIssues(result.error.issues, subject))
    report({ source, mark: locate(source, keyPath, of), keyPath, message, hint });
  return settingsSchema.safeParse(withoutRefused(data, result.error)).data ?? {};
}

/** The data less every top-level key that an issue is about. */
function withoutRefused(
  data: Record<string, unknown>,
  { issues }: z.core.$ZodError,
): Record<string, unknown> {
  const refused = new Set(
    issues.flatMap((issue) =>
      issue.path.length === 0 && issue.code === 'unrecognized_keys' ? issue.keys : [String(issue.path[0])],
    ),
  );
  return Object.fromEntries(Object.entries(data).filter(([key]) => !refused.has(key)));
}

function hasServers(data: Record<string, unknown>): boolean {
  return 'servers' in data || 'mcpServers' in data || 'include' in data;
}

function reportNoServers(raw: RawStack, report: Report): void {
  const hint = 'add `servers:` with an entry for each server, or `servers: {}` when you mean none';
  report({
    source: raw.main,
    mark: locate(raw.main, []),
    keyPath: [],
    message: 'the file declares no `servers`',
    hint,
  });
}

/** `gateway.host` and `gateway.port` are needed before anything runs, so their references are resolved here. */
function resolvedGateway(raw: RawStack, values: Values, report: Report): { gateway?: unknown } {
  const { gateway } = raw.settings;
  if (!isRecord(gateway)) return {};
  const resolved = Object.entries(gateway).flatMap(([key, value]) => {
    if (typeof value !== 'string' || !value.includes('${')) return [[key, value]];
    const keyPath = ['gateway', key];
    const missing = unsetIn(value, values);
    for (const variable of missing)
      report({
        source: raw.main,
        mark: locate(raw.main, keyPath),
        keyPath,
        message: `"gateway.${key}" needs the variable ${variable}, which is not set`,
        hint: `set ${variable} in the environment or in .env, or write \${${variable}:-default}`,
      });
    const text = resolveReferences(value, values);
    return missing.length > 0 ? [] : [[key, key === 'port' && /^\d+$/.test(text) ? Number(text) : text]];
  });
  return { gateway: Object.fromEntries(resolved) };
}

/** The compiled file and the plan are made of the other settings: a variable's value must not end up there. */
function reportReferences(raw: RawStack, report: Report): void {
  for (const { path, text } of textsIn(raw.settings))
    if (path[0] !== 'gateway' && text.includes('${'))
      report({
        source: raw.main,
        mark: locate(raw.main, path),
        keyPath: path,
        message: `"${path.join('.')}" cannot hold a \${…} reference`,
        hint: 'write the value itself',
      });
}

function parseServer(server: RawServer, report: Report): Entry | undefined {
  const { serverName, data, source, keyPath } = server;
  const tell = (path: KeyPath, of: 'key' | 'value', message: string, hint?: string) =>
    report({
      source,
      mark: locate(source, [...keyPath, ...path], of),
      keyPath: [...keyPath, ...path],
      message,
      hint,
    });
  reportName(serverName, tell);
  if (!isRecord(data)) {
    tell(
      [],
      'key',
      `server "${serverName}" has no entry`,
      'give it a command, a url, an image or a dockerfile',
    );
    return undefined;
  }
  const kind = kindOf(serverName, data, tell);
  if (kind === undefined) return undefined;
  const result = SCHEMA[kind].safeParse(data);
  if (result.success) return { ...server, kind, input: result.data, isPartial: false } as Entry;
  const subject = {
    schema: SCHEMA[kind],
    data,
    owner: ` of server "${serverName}"`,
    keyHints: keyHints(kind),
  };
  for (const found of translateIssues(result.error.issues, subject))
    tell(found.keyPath, found.of, found.message, found.hint);
  const partial = SCHEMA[kind].partial().safeParse(withoutRefused(data, result.error));
  return partial.success ? ({ ...server, kind, input: partial.data, isPartial: true } as Entry) : undefined;
}

type Tell = (path: KeyPath, of: 'key' | 'value', message: string, hint?: string) => void;

function reportName(serverName: string, tell: Tell): void {
  if (SERVER_NAME.test(serverName)) return;
  const better = serverName
    .replace(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^[_-]+|[_-]+$/g, '')
    .slice(0, 63);
  const message = `"${serverName}" cannot be a server name: it is used in URLs, labels and tool names`;
  const rule = 'letters, digits, _ and -, at most 63, beginning with a letter or digit';
  tell([], 'key', message, better === '' ? `use ${rule}` : `call it "${better}" (${rule})`);
}

const TYPES: Readonly<Record<string, Kind>> = {
  container: 'container',
  native: 'native',
  stdio: 'native',
  remote: 'remote',
  http: 'remote',
  sse: 'remote',
  'streamable-http': 'remote',
};

/** The declared kind, or for an entry pasted from an IDE the one its keys tell. */
function kindOf(serverName: string, data: Record<string, unknown>, tell: Tell): Kind | undefined {
  const { type } = data;
  const guess = guessKind(data);
  if (type === undefined) {
    if (guess === undefined)
      tell(
        [],
        'key',
        `cannot tell what kind of server "${serverName}" is`,
        'give it a command, a url, an image or a dockerfile',
      );
    return guess;
  }
  const kind = TYPES[String(type)];
  if (kind === undefined) {
    const near = similar(String(type), Object.keys(TYPES)) ?? (type === 'docker' ? 'container' : undefined);
    const hint = near ? `did you mean "${near}"?` : undefined;
    tell(
      ['type'],
      'value',
      `"type" of server "${serverName}" must be container, native or remote, not "${type}"`,
      hint,
    );
  } else if (guess === 'container' && kind !== 'container') {
    const transport = type === 'http' ? ' with transport: http' : '';
    tell(
      ['type'],
      'value',
      `server "${serverName}" has an image or dockerfile, but its type is "${type}"`,
      `write type: container${transport}`,
    );
    return undefined;
  }
  return kind;
}

function guessKind(data: Record<string, unknown>): Kind | undefined {
  if ('image' in data || 'dockerfile' in data) return 'container';
  if ('url' in data) return 'remote';
  return 'command' in data ? 'native' : undefined;
}

const LATER = 'this is not in this version of Hive: remove it';
const SETTING_HINTS: Readonly<Record<string, string>> = {
  'timeouts.idle': LATER,
  services: 'this looks like a Compose file: Hive writes that one itself, from `servers`',
  version: 'Hive files have no version: remove it',
  port: 'write gateway: { port: … }',
  host: 'write gateway: { host: … }',
};

const FAMILIAR: Readonly<Record<string, string>> = {
  'timeouts.idle': LATER,
  disabled: 'take the entry out, or put it behind # while you do not need it',
  enabled: 'take the entry out, or put it behind # while you do not need it',
  autoApprove: 'approving calls is up to your client: remove it here',
  alwaysAllow: 'approving calls is up to your client: remove it here',
  environment: 'write env',
  build: 'write dockerfile: PATH',
  cwd: 'write workdir',
  network_mode: 'write network',
  labels: 'write compose: { labels: { … } }',
  timeout: 'write timeouts: { call: … }',
};

/** Keys of another kind of server get told so, rather than a guess at a typo. */
function keyHints(kind: Kind): Record<string, string> {
  const hints: Record<string, string> = { ...FAMILIAR };
  const own = new Set(Object.keys(SCHEMA[kind].shape));
  for (const other of Object.keys(SCHEMA) as Kind[]) {
    for (const key of Object.keys(SCHEMA[other].shape))
      if (!own.has(key)) hints[key] = `"${key}" is for ${other} servers, and this one is ${kind}`;
  }
  hints['native.secrets'] = 'secret files exist in containers only: use env with ${VAR} here';
  if (kind !== 'container') hints.secrets = 'secret files exist in containers only: use env with ${VAR} here';
  return hints;
}
