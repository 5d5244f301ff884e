/** Why a survivor of the mutation run may live. */
import type { Reasons } from './reasons/because.ts';
import { BOUNDS } from './reasons/bounds.ts';
import { BYTES } from './reasons/bytes.ts';
import { CLIENTS } from './reasons/clients.ts';
import { FILES } from './reasons/files.ts';
import { NAMES } from './reasons/names.ts';
import { REQUESTS } from './reasons/requests.ts';
import { SERVERS } from './reasons/servers.ts';
import { SESSIONS } from './reasons/sessions.ts';

const REASONS: Reasons = {
  ...CLIENTS,
  ...REQUESTS,
  ...SESSIONS,
  ...BYTES,
  ...NAMES,
  ...SERVERS,
  ...FILES,
  ...BOUNDS,
};

export interface ChangedLine {
  /** Text of the line on which the change begins. */
  readonly on: string;
  readonly before: string;
  readonly after: string;
}

/** The reason that excuses a change of a file; undefined for a change that a test must notice. */
export const reasonFor = (file: string, { on, before, after }: ChangedLine): string | undefined =>
  REASONS[file]?.find((it) => it.before === before && it.after === after && isOn(it.on, on))?.why;

/** A part that begins with `^` is the beginning of the line. */
const isOn = (part: string, line: string): boolean =>
  part.startsWith('^') ? line.startsWith(part.slice(1)) : line.includes(part);
