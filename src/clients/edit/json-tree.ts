/** Reads JSON with comments and trailing commas as a tree with offsets. */
import { EditFault } from './fault.ts';

export interface JsonMember {
  readonly key: string;
  /** Offset of the key. */
  readonly start: number;
  /** Offset behind the value. */
  readonly end: number;
  readonly value: JsonNode;
  /** Offset of the comma behind it. */
  readonly comma?: number;
}

export interface JsonObject {
  readonly kind: 'object';
  readonly start: number;
  readonly end: number;
  readonly members: readonly JsonMember[];
}

export interface JsonOther {
  readonly kind: 'other';
  readonly start: number;
  readonly end: number;
  readonly data: unknown;
}

export type JsonNode = JsonObject | JsonOther;

/** Deeper texts are refused, since each level is a call. */
const MAX_DEPTH = 200;

const SPACE = /(?:[ \t\r\n]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const TEXT = /"(?:[^"\\\n]|\\[^\n])*"/y;
const WORD = /true|false|null|-?\d[\d.eE+-]*/y;

/** Undefined for a text of blanks and comments alone. @throws EditFault */
export function readJsonTree(text: string): JsonNode | undefined {
  return new JsonReader(text).root();
}

/** The data of a node. Of two members with one key, the last one counts. */
export function dataOf(node: JsonNode): unknown {
  if (node.kind === 'other') return node.data;
  return Object.fromEntries(node.members.map(({ key, value }) => [key, dataOf(value)]));
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  root(): JsonNode | undefined {
    this.#space();
    if (this.#at === this.#text.length) return undefined;
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw this.#fault();
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > MAX_DEPTH) throw new EditFault(`it is nested deeper than ${MAX_DEPTH} levels`);
    const start = this.#at;
    if (this.#is('{')) return this.#object(start, depth);
    const data = this.#is('[') ? this.#list(depth) : this.#scalar();
    return { kind: 'other', start, end: this.#at, data };
  }

  #object(start: number, depth: number): JsonObject {
    const members: JsonMember[] = [];
    for (;;) {
      this.#space();
      if (this.#is('}')) return { kind: 'object', start, end: this.#at, members };
      const at = this.#at;
      const key = this.#string();
      this.#space();
      if (!this.#is(':')) throw this.#fault();
      this.#space();
      const value = this.#value(depth + 1);
      const member = { key, start: at, end: this.#at, value };
      const comma = this.#commaBefore('}');
      members.push(comma === undefined ? member : { ...member, comma });
    }
  }

  #list(depth: number): unknown[] {
    const items: unknown[] = [];
    for (;;) {
      this.#space();
      if (this.#is(']')) return items;
      items.push(dataOf(this.#value(depth + 1)));
      this.#commaBefore(']');
    }
  }

  /** Offset of the comma; undefined if the bracket follows without one. */
  #commaBefore(close: string): number | undefined {
    this.#space();
    if (this.#is(',')) return this.#at - 1;
    if (this.#text[this.#at] !== close) throw this.#fault();
    return undefined;
  }

  #scalar(): unknown {
    if (this.#text[this.#at] === '"') return this.#string();
    return this.#parsed(this.#match(WORD));
  }

  #string(): string {
    return String(this.#parsed(this.#match(TEXT)));
  }

  #parsed(token: string): unknown {
    try {
      return JSON.parse(token);
    } catch {
      throw this.#fault();
    }
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const token = pattern.exec(this.#text)?.[0];
    if (token === undefined) throw this.#fault();
    this.#at += token.length;
    return token;
  }

  #space(): void {
    this.#match(SPACE);
  }

  #is(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #fault(): EditFault {
    const line = this.#text.slice(0, this.#at).split('\n').length;
    return new EditFault(`it is not valid JSON: look at line ${line}`);
  }
}
