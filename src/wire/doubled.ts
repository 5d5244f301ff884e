/**
 * Finds members of a message that repeat a member which Hive reads, in the same or in another spelling. JSON
 * parsers differ in which of them counts, so the receiver would not act on what Hive has checked.
 */
import { type Step, skipValue, walkObject } from './json.ts';
import { isAt, META, otherType, SAID, saysFailure } from './modern-names.ts';

const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
/** An escape such as `\u0061` takes six bytes for one letter. */
const LONGEST_ESCAPE_BYTES = 6;

/** ASCII in lower case. 0 for all other bytes, and for the backslash, which begins an escape. */
const LOWER = new Uint8Array(256).map((_, byte) => (byte < 0x80 && byte !== BACKSLASH ? lower(byte) : 0));

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}

/**
 * Characters that count as ASCII letters for parsers that ignore case: `encoding/json` of Go takes U+212A for
 * k and U+017F for s, `equalsIgnoreCase` of Java takes U+0130 and U+0131 for i.
 */
const LIKE_ASCII: Readonly<Record<string, string>> = {
  '\u212a': 'k',
  '\u017f': 's',
  '\u0130': 'i',
  '\u0131': 'i',
};

/** The name as parsers compare it that ignore case. */
const folded = (name: string): string =>
  name.replace(/[A-Z\u212a\u017f\u0130\u0131]/g, (it) => LIKE_ASCII[it] ?? it.toLowerCase());

const UNREAD = -1;
const OTHER_SPELLING = -2;

/** The first member of a message that repeats another one, or spells a name differently. */
export interface Doubled {
  /** As it is written, quotes included; undefined if there is none. */
  key?: string;
  /** 0 for a member of the message itself, 1 for one of its params or result, and so on. */
  level?: number;
  /** The members of `SAID` that a result has: the sum of their numbers. */
  said?: number;
}

function report(found: Doubled, key: string, level: number): void {
  if (found.key !== undefined) return;
  found.key = key;
  found.level = level;
}

interface Skips {
  /** Skips the value that begins at `start`, as `skipValue` does, and compares the keys of an object. */
  skip(text: Buffer, start: number, found: Doubled, level: number): number;
}

type TakeValue = (name: string, start: number, end: number) => void;

/** The members of one kind of object that Hive reads. */
export class Shape implements Skips {
  readonly #names: readonly string[];
  readonly #inner: readonly (Skips | null)[];
  /** Numbers of the members whose names have that many bytes. */
  readonly #byLength: number[][] = [];
  readonly #bytes: readonly Buffer[];
  readonly #folded: ReadonlySet<string>;
  readonly #maxKeyBytes: number;
  readonly #said: readonly number[];
  readonly #notesFailure: boolean;

  /**
   * @param members at most 31, each with its own shape; null where no member of the value is read
   * @param said numbers of the members that are noted
   */
  constructor(members: Readonly<Record<string, Skips | null>>, said: Readonly<Record<string, number>> = {}) {
    this.#names = Object.keys(members);
    this.#said = this.#names.map((name) => said[name] ?? 0);
    this.#notesFailure = 'failed' in said;
    this.#inner = Object.values(members);
    this.#folded = new Set(this.#names.map(folded));
    this.#maxKeyBytes = Math.max(...this.#names.map(({ length }) => length)) * LONGEST_ESCAPE_BYTES;
    this.#bytes = this.#names.map((name) => Buffer.from(name));
    for (let length = 0; length <= this.#maxKeyBytes; length++)
      this.#byLength.push([...this.#bytes.keys()].filter((index) => this.#bytes[index]?.length === length));
  }

  skip(text: Buffer, start: number, found: Doubled, level = 0): number {
    return text[start] === OPEN_BRACE
      ? walkObject(text, start, this.#step(text, found, level))
      : skipValue(text, start, level);
  }

  /** Skips an object, and passes on the bounds of the values of those members that Hive reads. */
  read(text: Buffer, start: number, found: Doubled, take: TakeValue): number {
    return walkObject(text, start, this.#step(text, found, 0, take));
  }

  #step(text: Buffer, found: Doubled, level: number, take?: TakeValue): Step {
    let seen = 0;
    return (keyStart, keyEnd, valueStart) => {
      const index = this.#indexOf(text, keyStart, keyEnd);
      if (index === UNREAD) {
        this.#note(text, keyStart, keyEnd, valueStart, found);
        return skipValue(text, valueStart, level);
      }
      const isDoubled = index === OTHER_SPELLING || (seen & (1 << index)) !== 0;
      if (isDoubled) report(found, text.toString('utf8', keyStart, keyEnd), level);
      if (index === OTHER_SPELLING) return skipValue(text, valueStart, level);
      seen |= 1 << index;
      const said = this.#said[index] as number;
      if (said !== 0) found.said = (found.said ?? 0) | said | otherType(said, text, valueStart);
      const valueEnd = this.#skipValue(index, text, valueStart, found, level);
      if (take && valueEnd >= 0) take(this.#names[index] as string, valueStart, valueEnd);
      return valueEnd;
    };
  }

  #note(text: Buffer, keyStart: number, keyEnd: number, start: number, found: Doubled): void {
    if (this.#notesFailure && saysFailure(text, keyStart, keyEnd, start))
      found.said = (found.said ?? 0) | SAID.failed;
  }

  #skipValue(index: number, text: Buffer, start: number, found: Doubled, level: number): number {
    const inner = this.#inner[index];
    return inner ? inner.skip(text, start, found, level + 1) : skipValue(text, start, level);
  }

  /** The number of the member that the key names, or `UNREAD`, or `OTHER_SPELLING`. */
  #indexOf(text: Buffer, keyStart: number, keyEnd: number): number {
    const length = keyEnd - keyStart - 2;
    if (length > this.#maxKeyBytes) return UNREAD;
    const candidates = this.#byLength[length] as number[];
    for (let i = 0; i < candidates.length; i++) {
      const index = candidates[i] as number;
      if (isAt(text, keyStart + 1, this.#bytes[index] as Buffer)) return index;
    }
    for (let i = keyStart + 1; i < keyEnd - 1; i++)
      if (LOWER[text[i] as number] === 0) return this.#indexOfDecoded(text, keyStart, keyEnd);
    for (let i = 0; i < candidates.length; i++)
      if (isAtInAnyCase(text, keyStart + 1, this.#bytes[candidates[i] as number] as Buffer))
        return OTHER_SPELLING;
    return UNREAD;
  }

  #indexOfDecoded(text: Buffer, keyStart: number, keyEnd: number): number {
    const key: string = JSON.parse(text.toString('utf8', keyStart, keyEnd));
    const index = this.#names.indexOf(key);
    if (index >= 0) return index;
    return this.#folded.has(folded(key)) ? OTHER_SPELLING : UNREAD;
  }
}

/** An object whose sender chooses the names of its members, each of the same shape. */
class MapOf implements Skips {
  readonly #each: Shape;

  constructor(each: Shape) {
    this.#each = each;
  }

  skip(text: Buffer, start: number, found: Doubled, level: number): number {
    if (text[start] !== OPEN_BRACE) return skipValue(text, start, level);
    const seen = new Set<string>();
    return walkObject(text, start, (keyStart, keyEnd, valueStart) => {
      const key = text.toString('utf8', keyStart, keyEnd);
      const name: string = JSON.parse(key);
      if (seen.has(name)) report(found, key, level);
      seen.add(name);
      return this.#each.skip(text, valueStart, found, level + 1);
    });
  }
}

function isAtInAnyCase(text: Buffer, start: number, name: Buffer): boolean {
  for (let i = 0; i < name.length; i++)
    if (LOWER[text[start + i] as number] !== LOWER[name[i] as number]) return false;
  return true;
}

/** True if the doubled member is the one of that name. */
export const isSpellingOf = ({ key }: Doubled, name: string): boolean =>
  key !== undefined && folded(JSON.parse(key)) === name;

/** True if an object on the path, or the value at its end, is said twice in the object at `start`. */
export function isDoubledAt(text: Buffer, start: number, path: readonly string[]): boolean {
  const found: Doubled = {};
  const shape = path.reduceRight<Shape | null>((inner, name) => new Shape({ [name]: inner }), null);
  shape?.skip(text, start, found);
  return found.key !== undefined;
}

/** Members in whose values nothing is read. */
const flat = (...names: string[]): Record<string, null> =>
  Object.fromEntries(names.map((name) => [name, null]));

const META_SHAPE = new Shape({
  progressToken: null,
  ...flat(META.version, META.clientInfo, META.logLevel, META.serverInfo, META.subscription),
  [META.capabilities]: new Shape(flat('elicitation', 'sampling', 'roots', 'extensions', 'experimental')),
});

const PARAMS_SHAPE = new Shape({
  // Of a client's requests and notifications.
  ...flat('name', 'uri', 'arguments', 'task', 'taskId', 'cursor', 'level', 'requestId'),
  ...flat('requestState', 'inputResponses', 'notifications', 'protocolVersion', 'capabilities'),
  ref: new Shape(flat('type', 'name', 'uri')),
  _meta: META_SHAPE,
  // Of a server's.
  ...flat('progressToken', 'mode', 'tools', 'toolChoice'),
});

const RESULT_SHAPE = new Shape(
  {
    ...flat('resultType', 'requestState', 'nextCursor', 'structuredContent', 'taskId'),
    ...flat('ttlMs', 'cacheScope'),
    inputRequests: new MapOf(
      new Shape({ method: null, params: new Shape(flat('mode', 'tools', 'toolChoice')) }),
    ),
    task: new Shape(flat('taskId')),
    _meta: META_SHAPE,
  },
  SAID,
);

const messageShape = (params: Shape): Shape =>
  new Shape({
    ...flat('jsonrpc', 'id', 'method'),
    params,
    result: RESULT_SHAPE,
    error: new Shape(flat('code', 'message', 'data')),
  });

export const MESSAGE_SHAPE = messageShape(PARAMS_SHAPE);

/** A message of a method that Hive does not know: it reads only `_meta` of its params. */
export const UNKNOWN_METHOD_SHAPE = messageShape(new Shape({ _meta: META_SHAPE }));
