/** Names and order of the files of a log store: one a day, and further ones of a day that fills its share. */

/** One SQLite file. */
export interface Segment {
  /** `2026-11-29`, in UTC. */
  readonly day: string;
  /** 1 for the first file of the day. */
  readonly part: number;
}

const NAME = /^(\d{4}-\d\d-\d\d)(?:\.([1-9]\d{0,4}))?\.db$/;
const ASIDE = '.corrupt';

/** `2026-11-29.db`, `2026-11-29.2.db`. */
export const segmentName = ({ day, part }: Segment): string => `${day}${part === 1 ? '' : `.${part}`}.db`;

/** Name of a file that is set aside since it cannot be read. */
export const asideName = (segment: Segment): string => `${segmentName(segment)}${ASIDE}`;

/** Undefined for the name of another file. */
export function readSegmentName(name: string): Segment | undefined {
  const [, day, part = '1'] = NAME.exec(name) ?? [];
  return day === undefined ? undefined : { day, part: Number(part) };
}

/** As `readSegmentName`, for files that are set aside. */
export const readAsideName = (name: string): Segment | undefined =>
  name.endsWith(ASIDE) ? readSegmentName(name.slice(0, -ASIDE.length)) : undefined;

/** Oldest first. */
export const compareSegments = (a: Segment, b: Segment): number =>
  a.day === b.day ? a.part - b.part : a.day < b.day ? -1 : 1;

/** The day of a time. @param at Unix milliseconds */
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** A place in a store: a segment, and a line of it. */
export interface Position {
  readonly segment: Segment;
  readonly id: number;
}

export interface Cursor extends Position {
  readonly direction: 'older' | 'newer';
}

const CURSOR = /^(older|newer):(\d{4})(\d\d)(\d\d)(?:\.([1-9]\d{0,4}))?-(\d{1,15})$/;

/** `newer:20261129.2-1234`. */
export function cursorText({ direction, segment: { day, part }, id }: Cursor): string {
  return `${direction}:${day.replaceAll('-', '')}${part === 1 ? '' : `.${part}`}-${id}`;
}

/** Undefined for a text that is none. */
export function readCursor(text: string): Cursor | undefined {
  const [match, direction, year, month, day, part = '1', id] = CURSOR.exec(text) ?? [];
  if (match === undefined) return undefined;
  return {
    direction: direction === 'older' ? 'older' : 'newer',
    segment: { day: `${year}-${month}-${day}`, part: Number(part) },
    id: Number(id),
  };
}
