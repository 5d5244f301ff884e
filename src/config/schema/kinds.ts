/** The four kinds of servers, and how an entry shows its kind. */
import type { z } from 'zod';
import { similar } from '../source/similar.ts';
import { BUILTIN_SCHEMAS, builtinSchema } from './builtin.ts';
import { containerSchema } from './container.ts';
import { nativeSchema } from './native.ts';
import { isBuiltByRawKeys } from './raw-build.ts';
import { remoteSchema } from './remote.ts';

export const KINDS = ['container', 'native', 'remote', 'builtin'] as const;
export type Kind = (typeof KINDS)[number];

/** The schema that checks an entry of this kind. */
export function schemaOf(kind: Kind, data: Record<string, unknown>): z.ZodObject {
  return kind === 'builtin' ? builtinSchema(data) : SCHEMA[kind];
}

const SCHEMA: Record<Exclude<Kind, 'builtin'>, z.ZodObject> = {
  container: containerSchema,
  native: nativeSchema,
  remote: remoteSchema,
};

/** Every key that entries of a kind may have. */
export const KEYS: Readonly<Record<Kind, ReadonlySet<string>>> = {
  container: keysOf(containerSchema),
  native: keysOf(nativeSchema),
  remote: keysOf(remoteSchema),
  builtin: keysOf(...Object.values(BUILTIN_SCHEMAS)),
};

function keysOf(...schemas: readonly z.ZodObject[]): Set<string> {
  return new Set(schemas.flatMap((schema) => Object.keys(schema.shape)));
}

/** The kind of each value of `type`, those that IDEs write included. */
const TYPES: Readonly<Record<string, Kind>> = {
  container: 'container',
  native: 'native',
  stdio: 'native',
  remote: 'remote',
  http: 'remote',
  sse: 'remote',
  'streamable-http': 'remote',
  builtin: 'builtin',
};

/** Why an entry has no kind: a sentence about its `type`, or about the whole entry. */
export interface KindProblem {
  readonly about: 'type' | 'entry';
  readonly message: string;
  readonly hint: string;
}

/**
 * The declared kind; for an entry without `type`, such as one pasted from an IDE, the kind that its keys
 * show.
 */
export function kindOf(serverName: string, data: Record<string, unknown>): Kind | KindProblem {
  const { type } = data;
  const guess = guessKind(data);
  if (type === undefined) return guess ?? unknownKind(serverName);
  const kind = typeof type === 'string' && Object.hasOwn(TYPES, type) ? TYPES[type] : undefined;
  if (kind === undefined) return unknownType(serverName, type);
  return guess === 'container' && kind !== 'container' ? notAContainer(serverName, String(type)) : kind;
}

function guessKind(data: Record<string, unknown>): Kind | undefined {
  if ('image' in data || 'dockerfile' in data || 'build' in data) return 'container';
  if (isBuiltByRawKeys(data.compose)) return 'container';
  if ('url' in data) return 'remote';
  if ('command' in data) return 'native';
  return 'use' in data ? 'builtin' : undefined;
}

/** The fix for an entry that shows no kind. */
export const KIND_HINT = 'give it a command, a url, an image, a build or a dockerfile';

function unknownKind(serverName: string): KindProblem {
  const message = `cannot tell what kind of server "${serverName}" is`;
  return { about: 'entry', message, hint: KIND_HINT };
}

interface MisspeltKind {
  readonly key: string;
  /** The key that shows the kind. */
  readonly meant: string;
  readonly hint: string;
}

/** The key of an entry without a kind that was probably meant to show it. */
export function misspeltKind(data: Record<string, unknown>): MisspeltKind | undefined {
  const keys = Object.keys(data);
  for (const key of keys) {
    const meant = similar(key, SHOWING);
    if (meant !== undefined) return { key, meant, hint: `did you mean "${meant}"?` };
  }
  return undefined;
}

/** Keys that show the kind of an entry. */
const SHOWING = ['command', 'url', 'image', 'dockerfile', 'build', 'use'];

function unknownType(serverName: string, type: unknown): KindProblem {
  const named = typeof type === 'string' ? type : JSON.stringify(type);
  const near = named === 'docker' ? 'container' : similar(named, Object.keys(TYPES));
  return {
    about: 'type',
    message: `"type" of server "${serverName}" must be container, native, remote or builtin, not "${named}"`,
    hint: near ? `did you mean "${near}"?` : 'remove type: the other keys show the kind',
  };
}

function notAContainer(serverName: string, type: string): KindProblem {
  const transport = type === 'http' ? ' with transport: http' : '';
  return {
    about: 'type',
    message: `server "${serverName}" has an image or dockerfile, but its type is "${type}"`,
    hint: `write type: container${transport}`,
  };
}
