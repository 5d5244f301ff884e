/** JSON Schemas that every validator of the official SDKs can compile. */

import { isRecord } from '../../../model/collections/is-record.ts';
import { cutEnd } from '../../../model/text/cut.ts';
import { DATA, HOLDS, isPatternText, VALUES } from './keywords.ts';
import type { Report } from './rule.ts';

/** The dialects that all SDKs know, without the `#` at the end; 2020-12 if a schema names none. */
const DIALECT = /^https?:\/\/json-schema\.org\/(draft\/2020-12|draft\/2019-09|draft-07|draft-06)\/schema#?$/;

/** The first reason why a schema may fail to compile; undefined if there is none. */
export function outputSchemaProblem(schema: Record<string, unknown>): string | undefined {
  const { $schema } = schema;
  if ($schema !== undefined && !(typeof $schema === 'string' && DIALECT.test($schema)))
    return 'its $schema is not one that all SDKs know';
  const hasItemLists = typeof $schema === 'string' && !$schema.includes('2020-12');
  const reader = new SchemaReader(schema, hasItemLists);
  return reader.problemIn(schema, '') ?? reader.referenceProblem();
}

class SchemaReader {
  readonly #root: Record<string, unknown>;
  /** True in dialects where `items` may be a list. */
  readonly #hasItemLists: boolean;
  readonly #references: string[] = [];
  readonly #anchors = new Set<string>();

  constructor(root: Record<string, unknown>, hasItemLists: boolean) {
    this.#root = root;
    this.#hasItemLists = hasItemLists;
  }

  problemIn(schema: unknown, place: string): string | undefined {
    if (typeof schema === 'boolean') return undefined;
    if (!isRecord(schema)) return `${place || 'the root'} is no schema`;
    for (const [name, value] of Object.entries(schema)) {
      const problem = this.#memberProblem(name, value, `${place}/${name}`);
      if (problem) return problem;
    }
    // Validators refuse `nullable` where there is no type to extend, or where it contradicts the type.
    const { nullable, type } = schema;
    if (nullable === undefined) return undefined;
    const isPossible = type !== undefined && (nullable === true || !JSON.stringify(type).includes('"null"'));
    return isPossible ? undefined : `${place}/nullable does not fit its type`;
  }

  #memberProblem(name: string, value: unknown, place: string): string | undefined {
    const held = HOLDS.get(name);
    if (held !== undefined) return this.#heldProblem(held, name, value, place);
    const isValid = VALUES.get(name);
    if (isValid === undefined)
      return DATA.has(name) || !hidesNames(value) ? undefined : `${place} has names of its own`;
    if (!isValid(value)) return `${place} may not be ${shortened(value)}`;
    if (name === '$ref' || name === '$dynamicRef') this.#references.push(value as string);
    return name === '$anchor' || name === '$dynamicAnchor' ? this.#anchorProblem(value as string) : undefined;
  }

  #anchorProblem(anchor: string): string | undefined {
    if (this.#anchors.has(anchor)) return `two places have the anchor ${anchor}`;
    this.#anchors.add(anchor);
    return undefined;
  }

  #heldProblem(
    held: 'schema' | 'list' | 'map',
    name: string,
    value: unknown,
    place: string,
  ): string | undefined {
    const isItemList = name === 'items' && Array.isArray(value) && this.#hasItemLists;
    if (held === 'schema' && !isItemList) return this.problemIn(value, place);
    const isValid = held === 'map' ? isRecord(value) : Array.isArray(value) && value.length > 0;
    if (!isValid) return `${place} may not be ${shortened(value)}`;
    for (const [key, schema] of Object.entries(value as object)) {
      const problem = this.#entryProblem(name, key, schema, `${place}/${key}`);
      if (problem) return problem;
    }
    return undefined;
  }

  #entryProblem(name: string, key: string, schema: unknown, place: string): string | undefined {
    if (name === 'patternProperties' && !isPatternText(key)) return `${place} is no pattern`;
    // Names of properties that others depend on, in the form of older drafts.
    if (name === 'dependencies' && VALUES.get('required')?.(schema)) return undefined;
    return this.problemIn(schema, place);
  }

  referenceProblem(): string | undefined {
    const sound = new Set<string>();
    const bad = this.#references.find((reference) => !this.#leadsToSchema(reference, sound));
    return bad === undefined ? undefined : `the reference ${shortened(bad)} leads to no schema`;
  }

  /**
   * Follows a reference, and those at its end: validators never come back from a ring of references.
   *
   * @param sound references that lead to a schema; receives those on the way, so that each is followed once
   */
  #leadsToSchema(reference: string, sound: Set<string>): boolean {
    const seen = new Set<string>();
    for (let next: string | undefined = reference; next !== undefined && !sound.has(next); ) {
      if (seen.has(next)) return false;
      seen.add(next);
      const found = this.#at(next);
      if (found === undefined) return false;
      next = isRecord(found) && typeof found.$ref === 'string' ? found.$ref : undefined;
    }
    for (const each of seen) sound.add(each);
    return true;
  }

  /** The schema that a reference names; undefined if there is none. */
  #at(reference: string): Record<string, unknown> | boolean | undefined {
    if (reference !== '#' && !reference.startsWith('#/'))
      return this.#anchors.has(reference.slice(1)) ? true : undefined;
    const found = pointed(this.#root, reference.slice(1));
    return typeof found === 'boolean' || isRecord(found) ? found : undefined;
  }
}

/** The value at a JSON pointer that was written as a fragment. */
function pointed(root: unknown, pointer: string): unknown {
  let found = root;
  for (const part of pointer.split('/').slice(1)) {
    const name = unescaped(part);
    if (name === undefined || typeof found !== 'object' || found === null || !Object.hasOwn(found, name))
      return undefined;
    found = Reflect.get(found, name);
  }
  return found;
}

function unescaped(part: string): string | undefined {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return undefined;
  }
}

/** True if a value of an unknown keyword names schemas: some validators find these wherever they are. */
function hidesNames(value: unknown): boolean {
  return (
    typeof value === 'object' && /"\$(id|anchor|dynamicAnchor|ref|dynamicRef)":/.test(JSON.stringify(value))
  );
}

const MAX_SHOWN = 60;

const shortened = (value: unknown): string => cutEnd(JSON.stringify(value) ?? 'nothing', MAX_SHOWN);

/** The schema without members that are null, which no keyword of a schema may be. */
export function withoutNulls(schema: unknown, place: string, report: Report): unknown {
  if (!isRecord(schema)) return schema;
  const kept = Object.entries(schema).flatMap(([name, value]) => {
    const at = `${place}.${name}`;
    const held = HOLDS.get(name);
    if (value === null && (held !== undefined || VALUES.has(name))) {
      report(at, 'null is taken out');
      return [];
    }
    return [[name, held === undefined ? value : withoutNullsIn(value, held, at, report)]];
  });
  return Object.fromEntries(kept);
}

function withoutNullsIn(
  value: unknown,
  held: 'schema' | 'list' | 'map',
  place: string,
  report: Report,
): unknown {
  if (Array.isArray(value)) return value.map((one, index) => withoutNulls(one, `${place}[${index}]`, report));
  if (held !== 'map' || !isRecord(value)) return withoutNulls(value, place, report);
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, withoutNulls(one, `${place}.${name}`, report)]),
  );
}
