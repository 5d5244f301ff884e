/** Troubles of a gateway as a whole, for people. */
import type { Trouble } from '../../model/status.ts';

const WHAT: Readonly<Record<Trouble['about'], string>> = {
  edit: 'an edit was refused; the last good configuration keeps running',
  state: 'Hive cannot write its own files',
  compiled: 'Hive cannot write the compiled file',
  logs: 'logs are not kept on disk',
  added: 'the added servers cannot be read',
};

/** Lines without indentation: what, since when and why, then the place, then the fix. */
export function describeTrouble({ about, code, reason, place, hint, since }: Trouble): string[] {
  return [
    `${WHAT[about]} (since ${new Date(since).toISOString()})`,
    `${code}: ${reason}`,
    ...(place ? [`at ${place.path}:${place.line}`] : []),
    ...(hint ? [`fix: ${hint}`] : []),
  ];
}
