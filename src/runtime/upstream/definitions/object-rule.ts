/** The rule for an object of which some members are known. */
import { isRecord } from '../../../model/collections/is-record.ts';
import { skipValue, walkObject } from '../../../wire/json.ts';
import type { Report, Rule } from './rule.ts';

/** Gives a required member that is missing or cannot be mended; undefined if the object must go. */
export type Fallback = (object: Readonly<Record<string, unknown>>) => unknown;

export const none: Fallback = () => undefined;

const BACKSLASH = 0x5c;

/**
 * An object with members of which some are known. The others may be anything.
 * @param what the object is, in words
 * @param required the members that the object must have
 */
export function objectOf(
  what: string,
  members: Readonly<Record<string, Rule>>,
  required: Readonly<Record<string, Fallback>> = {},
): Rule {
  const rules = new Map(Object.entries(members));
  const fallbacks = new Map(Object.entries(required));
  return {
    what,
    fits: (json, { start }) => fitsObject(json, start, rules, fallbacks),
    mend(value, place, report) {
      if (!isRecord(value)) return undefined;
      const mended = new Map(Object.entries(value));
      for (const [name, rule] of rules) {
        const known = { name, rule, fallback: fallbacks.get(name), place: joined(place, name) };
        const found = mendMember(value, known, report);
        if (found !== undefined) mended.set(name, found);
        else if (known.fallback === undefined) mended.delete(name);
        else return undefined;
      }
      return Object.fromEntries(mended);
    },
  };
}

const joined = (place: string, name: string): string => (place === '' ? name : `${place}.${name}`);

function fitsObject(
  json: Buffer,
  start: number,
  rules: ReadonlyMap<string, Rule>,
  required: ReadonlyMap<string, unknown>,
): boolean {
  const missing = new Set(required.keys());
  const end = walkObject(json, start, (keyStart, keyEnd, valueStart) => {
    const valueEnd = skipValue(json, valueStart);
    // A name with escapes may spell a known one.
    if (valueEnd < 0 || json.subarray(keyStart, keyEnd).includes(BACKSLASH)) return -1;
    const name = json.toString('latin1', keyStart + 1, keyEnd - 1);
    missing.delete(name);
    const rule = rules.get(name);
    return rule === undefined || rule.fits(json, { start: valueStart, end: valueEnd }) ? valueEnd : -1;
  });
  return end >= 0 && missing.size === 0;
}

interface KnownMember {
  readonly name: string;
  readonly rule: Rule;
  /** Undefined for a member that may be missing. */
  readonly fallback: Fallback | undefined;
  readonly place: string;
}

/** The member as it may stay; undefined if it must go, or is not there. */
function mendMember(object: Record<string, unknown>, known: KnownMember, report: Report): unknown {
  const { name, rule, fallback, place } = known;
  const isThere = Object.hasOwn(object, name);
  const mended = isThere ? rule.mend(object[name], place, report) : undefined;
  if (mended !== undefined) return mended;
  const instead = fallback?.(object);
  if (instead !== undefined) report(place, `becomes ${JSON.stringify(instead)}`);
  else if (fallback) report(place, isThere ? `is not ${rule.what}` : 'is missing');
  else if (isThere) report(place, goneBecause(object[name], rule));
  return instead;
}

const goneBecause = (value: unknown, rule: Rule): string =>
  value === null ? 'null is taken out' : `is taken out: it is not ${rule.what}`;
