/** Servers as the files of other programs describe them, in one set of keys. */
import { type Input, type Keys, textsOf } from '../../config/foreign/keys.ts';
import { isRecord } from '../../model/collections/is-record.ts';

export interface ForeignServer {
  readonly name: string;
  /** As the file has them, or in Hive's own keys where the format has little in common with others. */
  readonly keys: Keys;
  /** Path of the project to which it belongs, in a file for several. */
  readonly project?: string;
}

/** The servers of one file. */
export interface ForeignFile {
  /** As people call it: `Codex`. */
  readonly format: string;
  readonly servers: readonly ForeignServer[];
  /** Unit of a `timeout` that is a plain number. Without it, 1000 and more are milliseconds. */
  readonly timeoutUnit?: 's' | 'ms';
  readonly inputs?: readonly Input[];
  /** What the file holds beside its servers, as sentences. */
  readonly notes?: readonly string[];
}

/** A format, and how to recognise and read it. */
export interface Format {
  readonly name: string;
  /** The servers; undefined if the data has another format. Any data may be passed: files are not trusted. */
  readonly read: (data: Keys, path: string) => Omit<ForeignFile, 'format'> | undefined;
}

/** The members that are maps, as servers by name. */
export function serversIn(map: unknown): ForeignServer[] {
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([name, keys]) => (isRecord(keys) ? [{ name, keys }] : []));
}

/** A list of maps, each with its name in one of these keys. */
export function serversNamed(list: unknown, nameKeys: readonly string[] = ['name', 'id']): ForeignServer[] {
  if (!Array.isArray(list)) return [];
  return list.filter(isRecord).map((item, index) => {
    const nameKey = nameKeys.find((key) => typeof item[key] === 'string');
    const { [nameKey ?? '']: name, ...keys } = item;
    return { name: typeof name === 'string' ? name : `server${index + 1}`, keys };
  });
}

/** Variables that are passed on under their own name: `{ NAME: "${NAME}" }`. */
export function passedOn(names: unknown): Record<string, string> {
  return Object.fromEntries(textsOf(names).map((name) => [name, `\${${name}}`]));
}
