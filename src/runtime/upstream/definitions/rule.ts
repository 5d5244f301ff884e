/**
 * Rules for values in definitions. A rule finds in bytes, without decoding, whether a value is as all
 * official SDKs accept it, and mends a decoded value that is not.
 */
import { isRecord } from '../../../model/collections/is-record.ts';
import { eachElement, type Span, slice } from '../../../wire/envelope.ts';
import { skipValue, walkObject } from '../../../wire/json.ts';

/** Takes a sentence about a change: the place in the definition, and what was done there. */
export type Report = (place: string, change: string) => void;

export interface Rule {
  /** What the value must be, in words. */
  readonly what: string;
  /** True if the value may stay as it is written. */
  fits(text: Buffer, span: Span): boolean;
  /** The value in the one form that it can mean, of which each change is reported; undefined if none is. */
  mend(value: unknown, place: string, report: Report): unknown;
}

const QUOTE = 0x22;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;

/** A value that is taken as it is or not at all. */
function plain(
  what: string,
  accepts: (value: unknown) => boolean,
  fits?: (text: Buffer, span: Span) => boolean,
): Rule {
  return {
    what,
    fits: fits ?? ((text, span) => accepts(JSON.parse(slice(text, span).toString()))),
    mend: (value) => (accepts(value) ? value : undefined),
  };
}

export const text = plain(
  'a string',
  (value) => typeof value === 'string',
  (json, { start }) => json[start] === QUOTE,
);

export const anyObject = plain('an object', isRecord, (json, { start }) => json[start] === OPEN_BRACE);

/** Python takes no fraction for a size. */
export const wholeNumber = plain('a whole number', Number.isSafeInteger);

export const share = plain(
  'a number from 0 to 1',
  (value) => typeof value === 'number' && value >= 0 && value <= 1,
);

export const oneOf = (...values: readonly string[]): Rule =>
  plain(values.join(' or '), (value) => values.includes(value as string));

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** RFC 3339 with an offset: TypeScript SDKs refuse a date alone, and local times. */
export const instant = plain('a date and time with an offset', (value) => {
  const [, year, month, day] = (typeof value === 'string' && INSTANT.exec(value)) || [];
  const lastDay = daysOf(Number(year), Number(month));
  return Number(day) >= 1 && Number(day) <= lastDay;
});

/** 0 for a month that does not exist. */
function daysOf(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return [0, 31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month] ?? 0;
}

export const flag: Rule = {
  what: 'true or false',
  fits: (json, { start }) => json[start] === 0x74 || json[start] === 0x66,
  mend(value, place, report) {
    if (typeof value === 'boolean') return value;
    if (value !== 'true' && value !== 'false') return undefined;
    report(place, 'is no longer a string');
    return value === 'true';
  },
};

/** A list; a single element counts as a list of one. Elements that cannot be mended are left out. */
export function listOf(element: Rule): Rule {
  return {
    what: `a list, each ${element.what}`,
    fits(json, span) {
      if (json[span.start] !== OPEN_BRACKET) return false;
      for (const one of eachElement(json, span)) if (!element.fits(json, one)) return false;
      return true;
    },
    mend(value, place, report) {
      if (!Array.isArray(value)) {
        const only = element.mend(value, place, report);
        if (only === undefined) return undefined;
        report(place, 'becomes a list');
        return [only];
      }
      return value.flatMap((one, index) => {
        const mended = element.mend(one, `${place}[${index}]`, report);
        if (mended === undefined) report(`${place}[${index}]`, `is taken out: it is not ${element.what}`);
        return mended === undefined ? [] : [mended];
      });
    },
  };
}

/** An object whose members, whatever their names, are objects. */
export function mapOf(what: string, mendMember: (value: unknown) => unknown): Rule {
  return {
    what,
    fits: (json, { start }) =>
      walkObject(json, start, (_keyStart, _keyEnd, valueStart) =>
        json[valueStart] === OPEN_BRACE ? skipValue(json, valueStart) : -1,
      ) >= 0,
    mend(value, place, report) {
      if (!isRecord(value)) return undefined;
      const members = Object.entries(value).map(([name, member]) => {
        if (!isRecord(member)) report(`${place}.${name}`, 'becomes a schema');
        return [name, isRecord(member) ? member : mendMember(member)];
      });
      return Object.fromEntries(members);
    },
  };
}
