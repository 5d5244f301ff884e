/** The added servers of a stack in memory, and their file, which is written whole at each change. */
import { rmSync } from 'node:fs';
import { type AddedText, parseAdded } from '../config/parse/added.ts';
import { GatewayError } from '../errors.ts';
import type { AddedServer } from '../model/added/added.ts';
import { stateError } from '../runtime/memory/state-dir.ts';
import { setAside } from '../store/set-aside.ts';
import { writeWhole } from '../store/write-whole.ts';
import { type AddedRecord, MAX_ADDED_BYTES, parseRecords, renderRecords } from './added-file.ts';

/** Each is a server that runs: more than any stack has. */
const MAX_ADDED = 200;

/**
 * The one writer of the file. While a gateway runs, the memory counts: whatever befalls the file then takes
 * no server down, and is mended by the next change.
 */
export class AddedStore {
  #text: AddedText;
  /** Something that is no such file stands in its place. */
  #isDamaged: boolean;
  #records: readonly AddedRecord[];

  constructor(text: AddedText) {
    this.#text = text;
    this.#isDamaged = parseAdded(text, '').damage !== undefined;
    this.#records = parseRecords(text);
  }

  /** What the file says. */
  get text(): AddedText {
    return this.#text;
  }

  all(): readonly AddedRecord[] {
    return this.#records;
  }

  get(serverName: string): AddedRecord | undefined {
    return this.#records.find((it) => it.serverName === serverName);
  }

  /**
   * What the file would say with this server, or without those.
   * @throws GatewayError ADDED_FULL
   */
  with(record: AddedRecord): AddedText {
    return this.#textOf(this.#recordsWith(record));
  }

  without(serverNames: readonly string[]): AddedText {
    return this.#textOf(this.#recordsWithout(serverNames));
  }

  /** Adds a server, or replaces it in its place. @throws GatewayError ADDED_FULL, STATE_FAILED */
  set(record: AddedRecord): void {
    this.#write(this.#recordsWith(record));
  }

  /** @throws GatewayError STATE_FAILED */
  remove(serverNames: readonly string[]): void {
    this.#write(this.#recordsWithout(serverNames));
  }

  #recordsWith(record: AddedRecord): readonly AddedRecord[] {
    if (!this.get(record.serverName)) return [...this.#records, record];
    return this.#records.map((it) => (it.serverName === record.serverName ? record : it));
  }

  #recordsWithout(serverNames: readonly string[]): readonly AddedRecord[] {
    return this.#records.filter(({ serverName }) => !serverNames.includes(serverName));
  }

  #textOf(records: readonly AddedRecord[]): AddedText {
    const { path } = this.#text;
    const text = renderRecords(records);
    if (text.length > this.#text.text.length) refuseExcess(records, text);
    return { path, text };
  }

  #write(records: readonly AddedRecord[]): void {
    const next = this.#textOf(records);
    const { path } = this.#text;
    try {
      if (this.#isDamaged) setAside(path);
      if (next.text === '') rmSync(path, { force: true });
      else writeWhole(path, next.text, { isSynced: true });
    } catch (cause) {
      throw stateError(path, cause);
    }
    this.#text = next;
    this.#isDamaged = false;
    this.#records = records;
  }
}

function refuseExcess(records: readonly AddedServer[], text: string): void {
  const bytes = Buffer.byteLength(text);
  if (records.length <= MAX_ADDED && bytes <= MAX_ADDED_BYTES) return;
  const what =
    records.length > MAX_ADDED
      ? `${MAX_ADDED} servers were added, and no more can be`
      : `the entries of the added servers would be longer than ${MAX_ADDED_BYTES / 1024} kB`;
  throw new GatewayError('ADDED_FULL', what, {
    hint: 'remove some: npx hive remove NAME; or move some into your file: npx hive registry save NAME',
  });
}
