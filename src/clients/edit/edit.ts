/** Adds an entry to the text of a client's file, and removes it: everything else stays byte for byte. */
import { isRecord } from '../../model/collections/is-record.ts';
import { EditFault } from './fault.ts';
import { insertJson, removeJson } from './json.ts';
import { dataOf, readJsonTree } from './json-tree.ts';
import { insertTomlItem, insertTomlTable, readToml, removeTomlItem, removeTomlTable } from './toml.ts';
import { insertYaml, readYaml, removeYaml } from './yaml.ts';

/** Where a file keeps its servers. */
export interface Slot {
  readonly format: 'json' | 'toml' | 'yaml';
  readonly key: readonly string[];
  readonly shape: 'map' | 'list';
  /** Key below `key` that holds the servers in some files. */
  readonly innerKey?: string;
}

export type Entry = Readonly<Record<string, unknown>>;

const BOM = '\uFEFF';

/** Entries by name, in the order of the text. @throws EditFault for a text that cannot be read */
export function entriesIn(text: string, slot: Slot): ReadonlyMap<string, Entry> {
  const data = read(withoutBom(text), slot);
  return new Map(
    pairsIn(data, keyIn(data, slot)).filter((pair): pair is [string, Entry] => isRecord(pair[1])),
  );
}

/**
 * The text with the entry at the end of the others.
 * @throws EditFault if the text has no place for it
 */
export function withEntry(text: string, slot: Slot, name: string, entry: unknown): string {
  return edited(
    text,
    slot,
    (body, key) => {
      const [top = ''] = key;
      if (slot.format === 'json') return insertJson(body, key, name, entry);
      if (slot.format === 'yaml') return insertYaml(body, { key, shape: slot.shape }, name, entry);
      if (slot.shape === 'list') return insertTomlItem(body, top, entry as Entry);
      return insertTomlTable(body, top, name, entry as Entry);
    },
    (pairs) => [...pairs, [name, entry]],
  );
}

/** The text without the entry. @throws EditFault if it cannot be removed without touching something else */
export function withoutEntry(text: string, slot: Slot, name: string): string {
  return edited(
    text,
    slot,
    (body, key) => {
      const [top = ''] = key;
      if (slot.format === 'json') return removeJson(body, key, name);
      if (slot.format === 'yaml') return removeYaml(body, { key, shape: slot.shape }, name);
      if (slot.shape === 'list') return removeTomlItem(body, top, name);
      return removeTomlTable(body, top, name);
    },
    (pairs) => pairs.filter(([own]) => own !== name),
  );
}

type Pairs = readonly (readonly [name: string, entry: unknown])[];

/** Edits the text, and reads it again: it must say the same as before but for the entry. */
function edited(
  text: string,
  slot: Slot,
  edit: (body: string, key: readonly string[]) => string,
  change: (pairs: Pairs) => Pairs,
): string {
  const body = withoutBom(text);
  const before = read(body, slot);
  const key = keyIn(before, slot);
  const next = edit(body, key);
  const after = readAgain(next, slot);
  const isAsMeant =
    canonical(change(pairsIn(before, key))) === canonical(pairsIn(after, key)) &&
    canonical(restOf(before, key)) === canonical(restOf(after, key));
  if (!isAsMeant) throw new EditFault('it is written in a way that only you can edit');
  return text.startsWith(BOM) ? `${BOM}${next}` : next;
}

const withoutBom = (text: string): string => (text.startsWith(BOM) ? text.slice(1) : text);

function read(text: string, { format }: Slot): unknown {
  if (format === 'toml') return readToml(text);
  if (format === 'yaml') return readYaml(text);
  const tree = readJsonTree(text);
  return tree && dataOf(tree);
}

function readAgain(text: string, slot: Slot): unknown {
  try {
    return read(text, slot);
  } catch {
    throw new EditFault('it is written in a way that only you can edit');
  }
}

function keyIn(data: unknown, { key, innerKey }: Slot): readonly string[] {
  return innerKey !== undefined && isRecord(at(data, [...key, innerKey])) ? [...key, innerKey] : key;
}

const at = (data: unknown, key: readonly string[]): unknown =>
  key.reduce((value, part) => (isRecord(value) ? value[part] : undefined), data);

function pairsIn(data: unknown, key: readonly string[]): [string, unknown][] {
  const servers = at(data, key);
  if (Array.isArray(servers))
    return servers.map((item, index) => [isRecord(item) ? String(item.name) : String(index), item]);
  return isRecord(servers) ? Object.entries(servers) : [];
}

/** Everything but the servers, and the maps that lead to them. */
function restOf(data: unknown, [first = '', ...more]: readonly string[]): unknown {
  if (!isRecord(data)) return data === undefined || data === null ? {} : data;
  const { [first]: inner, ...rest } = data;
  if (more.length === 0) return isRecord(inner) || Array.isArray(inner) || inner == null ? rest : data;
  return { ...rest, [`${first}.`]: restOf(inner, more) };
}

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? '';
