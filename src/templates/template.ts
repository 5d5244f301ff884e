/** One template: a versioned recipe with parameters, from which an entry of a server is made. */
import { createHash } from 'node:crypto';
import { parse } from 'yaml';
import { isRecord } from '../model/collections/is-record.ts';
import type { JsonSchema } from '../model/operation.ts';

export interface Template {
  readonly name: string;
  /** `2`, `1.4.0` or `3.0.0-rc.1`, as its file is named. */
  readonly version: string;
  readonly title: string;
  readonly description: string;
  /** Of the object of parameters; a property with `x-secret: true` takes a reference to a secret. */
  readonly parameters: JsonSchema;
  /** Keys of an entry under `servers`, with `${parameters.NAME}` and `${name}` for the server's name. */
  readonly server: Readonly<Record<string, unknown>>;
  /** Text of the Dockerfile that `server.build` is about; absent for other templates. */
  readonly dockerfile?: string;
  readonly origin: 'shipped' | 'user';
  /** Of the file. */
  readonly sha256: string;
}

export const TEMPLATE_NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;
export const TEMPLATE_VERSION = /^\d+(\.\d+){0,2}(-[0-9A-Za-z.-]+)?$/;

/** @throws Error with a sentence about the file */
export function parseTemplate(
  text: string,
  { name, version, origin }: Pick<Template, 'name' | 'version' | 'origin'>,
): Template {
  // Names that stand for values many times over would fill memory.
  const data: unknown = parse(text, { maxAliasCount: 20 });
  if (!isRecord(data)) throw new Error('it is no map of keys');
  const { title = name, description = '', parameters = { type: 'object' }, server, dockerfile } = data;
  if (!isRecord(server)) throw new Error('it has no `server` with the keys of an entry');
  if (!isRecord(parameters)) throw new Error('its `parameters` are no JSON Schema');
  if (dockerfile !== undefined && typeof dockerfile !== 'string')
    throw new Error('its `dockerfile` is not the text of a Dockerfile');
  return {
    ...{ name, version, origin, parameters, server },
    title: String(title),
    description: String(description),
    ...(dockerfile !== undefined && { dockerfile }),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}
