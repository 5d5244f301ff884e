/** The entries of one list: collected page by page, within bounds, in many turns of the event loop. */

import type { Definition, Flaw, Flaws, ListKind } from '../../model/catalog.ts';
import type { Era } from '../../model/era.ts';
import { cutEnd } from '../../model/text/cut.ts';
import type { Json } from '../../model/text/json.ts';
import { isHarmful, oneLine } from '../../model/text/visible.ts';
import { type Doubled, Shape } from '../../wire/doubled.ts';
import { eachElement, isArray, type Span, stringAt, whole } from '../../wire/envelope.ts';
import { LISTS } from '../../wire/lists.ts';
import { examine } from './definitions/examine.ts';
import type { Rule } from './definitions/rule.ts';
import { ruleOf } from './definitions/rules.ts';

const MAX_ENTRIES = 20_000;
/** Each read of a resource that is not listed may be matched against all templates. */
const MAX_TEMPLATES = 1_000;
/** In characters. Longer ones would match nothing. */
const MAX_TEMPLATE_LENGTH = 2_048;
/** In characters, of all templates together: each takes memory once it is used. */
const MAX_ALL_TEMPLATES_LENGTH = 256 * 1024;
/** Remarks about entries, and flaws that are named. */
export const MAX_NOTES = 50;
/** Longest text of a server in a note, in characters. */
export const MAX_QUOTED = 200;
/** What is read in one turn: little enough that calls to other servers do not notice. */
const TURN_ENTRIES = 64;
const TURN_BYTES = 64 * 1024;

const quoted = (text: string): string => oneLine(cutEnd(text, MAX_QUOTED));

export class ListEntries {
  readonly #kind: ListKind;
  readonly #shape: Shape;
  readonly #rule: Rule;
  readonly #found = new Map<string, Definition>();
  readonly #notes: string[] = [];
  #count = 0;
  #templatesLength = 0;
  #moreNotes = 0;
  readonly #flaws: Flaw[] = [];
  #mended = 0;
  #leftOut = 0;
  #mendedBytes = 0;

  /** @param era of the server */
  constructor(kind: ListKind, era: Era) {
    this.#kind = kind;
    this.#rule = ruleOf(kind, era);
    this.#shape = new Shape({ [LISTS[kind].key]: null });
  }

  get definitions(): readonly Definition[] {
    return [...this.#found.values()];
  }

  get notes(): readonly string[] {
    const more = this.#moreNotes > 0 ? [`… and ${this.#moreNotes} more remarks of this kind`] : [];
    return [...this.#notes, ...more];
  }

  /** What is wrong with the entries. */
  get flaws(): Flaws {
    return { mended: this.#mended, leftOut: this.#leftOut, named: this.#flaws };
  }

  /** Bytes of the entries that had to be decoded. */
  get mendedBytes(): number {
    return this.#mendedBytes;
  }

  /** Entries that were looked at. */
  get count(): number {
    return this.#count;
  }

  /**
   * Takes the entries of one page, if it has any. Resolves with the bound that ended the reading, in words.
   */
  async add(array: Json | undefined): Promise<string | undefined> {
    if (array && isArray(array, whole(array))) return this.#addAll(array);
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
    if (key === undefined) {
      const entry = quoted(
        array.toString('utf8', span.start, Math.min(span.end, span.start + MAX_QUOTED * 4)),
      );
      this.#remark(`${method}: an entry without ${name} is ignored: ${entry}`);
      this.#flawed(entry, `has no ${name}`, true);
      return;
    }
    const problem = this.#keyProblem(key, doubled);
    if (problem !== undefined) this.#leaveOut(key, problem);
    else this.#examine(key, array, span);
  }

  /** Why an entry with that key cannot be listed. */
  #keyProblem(key: string, doubled: Doubled): string | undefined {
    const { key: name } = LISTS[this.#kind];
    if (key === '') return `its ${name} is empty`;
    // Clients that take the other one would see the entry under a name that Hive has not checked.
    if (doubled.key !== undefined) return `its ${name} occurs twice`;
    // Names and URIs go through logs, terminals and prompts, where such characters act or deceive.
    if (isHarmful(key) || !key.isWellFormed()) return `its ${name} has invisible characters`;
    if (this.#kind === 'templates' && key.length > MAX_TEMPLATE_LENGTH)
      return `it has more than ${MAX_TEMPLATE_LENGTH} characters`;
    return undefined;
  }

  #leaveOut(key: string, problem: string): void {
    this.#remark(`${LISTS[this.#kind].method}: ${quoted(key)} is left out: ${problem}`);
    this.#flawed(key, problem, true);
  }

  #examine(key: string, array: Json, span: Span): void {
    if (this.#found.has(key)) {
      this.#remark(`${LISTS[this.#kind].method}: ${quoted(key)} occurs twice: the first one counts`);
      this.#flawed(key, 'occurs twice: the first one counts', true);
      return;
    }
    const examined = examine(this.#rule, array, span);
    if (examined.verdict === 'good') {
      this.#keep({ key, json: array.toString('utf8', span.start, span.end) });
      return;
    }
    this.#mendedBytes += span.end - span.start;
    if (examined.verdict === 'bad') {
      this.#leaveOut(key, quoted(examined.reason));
      return;
    }
    const changes = quoted(examined.changes.join('; '));
    this.#remark(`${LISTS[this.#kind].method}: ${quoted(key)} is mended for clients: ${changes}`);
    this.#flawed(key, changes, false);
    this.#keep({ key, json: examined.json });
  }

  #flawed(key: string, what: string, isLeftOut: boolean): void {
    if (isLeftOut) this.#leftOut += 1;
    else this.#mended += 1;
    if (this.#flaws.length < MAX_NOTES)
      this.#flaws.push({ list: this.#kind, name: quoted(key), what, isLeftOut });
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
