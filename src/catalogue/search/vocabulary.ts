/** The words of all entries, and those that a word of a query may mean. */
import { editDistance } from '../../model/text/edit-distance.ts';

export interface Meant {
  readonly word: string;
  /** 1 for the word itself, less for what may be meant. */
  readonly trust: number;
  /** True if it is spelt in another way. */
  readonly isGuess?: true;
}

const MIN_PREFIX = 3;
const PREFIX_TRUST = 0.6;
const MAX_PREFIXED = 20;
/** Shorter words are near to too many others. */
const MIN_FUZZY = 4;
/** From this length on, a word may have two typing errors. */
const LONG = 6;
const NEAR_TRUST = [1, 0.5, 0.3];
const MAX_NEAR = 3;
/** Longer words of a query are no typing errors; comparing them would take time. */
const MAX_FUZZY = 40;

export class Vocabulary {
  readonly #sorted: readonly string[];
  readonly #known: ReadonlySet<string>;
  readonly #byLength = new Map<number, { readonly word: string; readonly letters: number }[]>();

  constructor(words: Iterable<string>) {
    this.#known = new Set(words);
    this.#sorted = [...this.#known].sort();
    for (const word of this.#sorted) {
      const list = this.#byLength.get(word.length) ?? [];
      list.push({ word, letters: lettersOf(word) });
      this.#byLength.set(word.length, list);
    }
  }

  /** The word itself and those that begin with it; if there are none, those that are spelt nearly so. */
  meantBy(word: string): Meant[] {
    const found: Meant[] = this.#known.has(word) ? [{ word, trust: 1 }] : [];
    found.push(...this.#beginningWith(word));
    return found.length > 0 ? found : this.#near(word);
  }

  #beginningWith(start: string): Meant[] {
    if (start.length < MIN_PREFIX) return [];
    const found: Meant[] = [];
    for (let at = this.#lowerBound(start); found.length < MAX_PREFIXED; at++) {
      const word = this.#sorted[at];
      if (!word?.startsWith(start)) break;
      if (word !== start) found.push({ word, trust: PREFIX_TRUST });
    }
    return found;
  }

  #lowerBound(start: string): number {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sorted[middle] ?? '') < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #near(word: string): Meant[] {
    if (word.length < MIN_FUZZY || word.length > MAX_FUZZY) return [];
    const limit = word.length >= LONG ? 2 : 1;
    const letters = lettersOf(word);
    const found: { word: string; distance: number }[] = [];
    for (let length = word.length - limit; length <= word.length + limit; length++)
      for (const candidate of this.#byLength.get(length) ?? []) {
        // Each edit changes at most one letter on each side: most words are ruled out without counting edits.
        if (bits(letters ^ candidate.letters) > 2 * limit) continue;
        const distance = editDistance(word, candidate.word);
        if (distance <= limit) found.push({ word: candidate.word, distance });
      }
    const nearest = Math.min(...found.map(({ distance }) => distance));
    return found
      .filter(({ distance }) => distance === nearest)
      .slice(0, MAX_NEAR)
      .map((it) => ({ word: it.word, trust: NEAR_TRUST[it.distance] ?? 0, isGuess: true }));
  }
}

/** One bit for each letter from a to z, and one for all other characters. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let at = 0; at < word.length; at++) {
    const letter = word.charCodeAt(at) - 97;
    letters |= 1 << (letter >= 0 && letter < 26 ? letter : 26);
  }
  return letters;
}

function bits(value: number): number {
  let count = 0;
  for (let rest = value; rest !== 0; rest &= rest - 1) count++;
  return count;
}
