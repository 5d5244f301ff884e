/**
 * Names in kept calls, one copy of each. Texts of requests are new each time: thousands of them would be
 * copied by each collection of garbage.
 */
import { cutEnd } from '../../../model/text/cut.ts';

/** Names of which one copy is kept. */
const MAX_NAMES = 2_000;
/** Characters of a name. */
const MAX_TEXT = 200;

export class CallNames {
  readonly #known = new Map<string, string>();

  get size(): number {
    return this.#known.size;
  }

  /** The text, cut if it is too long. */
  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_NAMES) this.#known.clear();
    const name = short(text);
    if (name === text) this.#known.set(name, name);
    return name;
  }
}

/** A copy: a part of a longer text would keep all of it. */
const short = (text: string): string =>
  text.length <= MAX_TEXT ? text : Buffer.from(cutEnd(text, MAX_TEXT)).toString();
