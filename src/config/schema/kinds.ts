/** The four kinds of servers, and how an entry shows which one it is. */
import type { z } from 'zod';
import { similar } from '../source/similar.ts';
import type { KeyPath } from '../source/source.ts';
import { BUILTIN_SCHEMAS, builtinSchema } from './builtin.ts';
import { containerSchema } from './container.ts';
import { nativeSchema } from './native.ts';
import { remoteSchema } from './remote.ts';

export type Kind = 'container' | 'native' | 'remote' | 'builtin';

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

/** Says something about a key of an entry, or about its value. */
export type TellEntry = (path: KeyPath, of: 'key' | 'value', message: string, hint?: string) => void;

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

/** The declared kind, or for an entry pasted from an IDE the one its keys tell. */
export function kindOf(serverName: string, data: Record<string, unknown>, tell: TellEntry): Kind | undefined {
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
  const named = typeof type === 'string' ? type : JSON.stringify(type);
  const kind = Object.hasOwn(TYPES, named) ? TYPES[named] : undefined;
  if (kind === undefined) {
    const near = similar(named, Object.keys(TYPES)) ?? (type === 'docker' ? 'container' : undefined);
    const hint = near ? `did you mean "${near}"?` : undefined;
    tell(
      ['type'],
      'value',
      `"type" of server "${serverName}" must be container, native, remote or builtin, not "${named}"`,
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
  if ('command' in data) return 'native';
  return 'use' in data ? 'builtin' : undefined;
}
