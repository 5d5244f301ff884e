/** The entries of one list: collected page by page, within bounds, in many turns of the event loop. */
import type { Definition, ListKind } from '../../model/catalog.ts';
import type { Json } from '../../model/text/json.ts';
import { isHarmful, oneLine } from '../../model/text/visible.ts';
import { type Doubled, Shape } from '../../wire/doubled.ts';
import { eachElement, type Span, stringAt, whole } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';

const MAX_ENTRIES = 20_000;
/** Each read of a resource that is not listed may be matched against all templates. */
const MAX_TEMPLATES = 1_000;
/** In characters. Longer ones would match nothing. */
const MAX_TEMPLATE_LENGTH = 2_048;
/** In characters, of all templates together: each takes memory once it is used. */
const MAX_ALL_TEMPLATES_LENGTH = 256 * 1024;
/** Remarks about entries. */
const MAX_NOTES = 50;
/** Longest text of a server in a note, in characters. */
export const MAX_QUOTED = 200;
/** What is read in one turn: little enough that calls to other servers do not notice. */
const TURN_ENTRIES = 64;
const TURN_BYTES = 64 * 1024;

const quoted = (text: string): string => oneLine(text.slice(0, MAX_QUOTED));

export class ListEntries {
  readonly #kind: ListKind;
  readonly #shape: Shape;
  readonly #found = new Map<string, Definition>();
  readonly #notes: string[] = [];
  #count = 0;
  #templatesLength = 0;
  #moreNotes = 0;

  constructor(kind: ListKind) {
    this.#kind = kind;
    this.#shape = new Shape({ [LISTS[kind].key]: null });
  }

  get definitions(): readonly Definition[] {
    return [...this.#found.values()];
  }

  get notes(): readonly string[] {
    const more = this.#moreNotes > 0 ? [`… and ${this.#moreNotes} more remarks of this kind`] : [];
    return [...this.#notes, ...more];
  }

  /** Entries that were looked at. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes the entries of one page, if it has any. Resolves with the bound that ended the reading, in words.
   */
  async add(array: Json | undefined): Promise<string | undefined> {
    if (array) return this.#addAll(array);
    const { method, member: name } = LISTS[this.#kind];
    this.#remark(`${method} answered without ${name}`);
    return undefined;
  }

  /** A remark about the whole list. */
  note(text: string): void {
    this.#notes.push(text);
  }

  async #addAll(array: Json): Promise<string | undefined> {
    const max = this.#kind === 'templates' ? MAX_TEMPLATES : MAX_ENTRIES;
    let turnEnds = TURN_BYTES;
    for (const span of eachElement(array, whole(array))) {
      if (this.#count >= max) return `has more than ${max} entries`;
      this.#count += 1;
      this.#take(array, span);
      if (this.#templatesLength > MAX_ALL_TEMPLATES_LENGTH)
        return `has more than ${MAX_ALL_TEMPLATES_LENGTH} characters in templates`;
      if (this.#count % TURN_ENTRIES !== 0 && span.end < turnEnds) continue;
      turnEnds = span.end + TURN_BYTES;
      await new Promise(setImmediate);
    }
    return undefined;
  }

  #take(array: Json, span: Span): void {
    const { method, key: name } = LISTS[this.#kind];
    const doubled: Doubled = {};
    let at: Span | undefined;
    this.#shape.read(array, span.start, doubled, (_, start, end) => {
      at = { start, end };
    });
    const key = stringAt(array, at);
    const json = array.toString('utf8', span.start, span.end);
    if (key === undefined) this.#remark(`${method}: an entry without ${name} is ignored: ${quoted(json)}`);
    // Clients that take the other one would see the entry under a name that Hive has not checked.
    else if (doubled.key !== undefined)
      this.#remark(`${method}: ${quoted(key)} is left out: its ${name} occurs twice`);
    // Names and URIs go through logs, terminals and prompts, where such characters act or deceive.
    else if (isHarmful(key))
      this.#remark(`${method}: ${quoted(key)} is left out: its ${name} has invisible characters`);
    else if (this.#kind === 'templates' && key.length > MAX_TEMPLATE_LENGTH)
      this.#remark(
        `${method}: ${quoted(key)}… is left out: it has more than ${MAX_TEMPLATE_LENGTH} characters`,
      );
    else if (this.#found.has(key))
      this.#remark(`${method}: ${quoted(key)} occurs twice: the first one counts`);
    else this.#keep({ key, json });
  }

  #keep(definition: Definition): void {
    if (this.#kind === 'templates') this.#templatesLength += definition.key.length;
    this.#found.set(definition.key, definition);
  }

  #remark(text: string): void {
    if (this.#notes.length < MAX_NOTES) this.#notes.push(text);
    else this.#moreNotes += 1;
  }
}
