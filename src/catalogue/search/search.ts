/** Finds entries by words. The index is made once, in milliseconds; a query always gives the same list. */
import { type Entry, shortName, sourceOf, type Way } from '../entry/entry.ts';
import { Vocabulary } from './vocabulary.ts';
import { tellingWords, wordsOf } from './words.ts';

export interface Query {
  readonly text: string;
  readonly limit: number;
  /** Only entries that can be run in one of these ways. */
  readonly kinds?: readonly Way['kind'][];
}

export interface Found {
  /** How many match; `entries` has the first of them. */
  readonly total: number;
  readonly entries: readonly Entry[];
  /** Words that no entry has, with the words that were searched in their place. */
  readonly corrected: ReadonlyMap<string, string>;
}

/** How much a word counts in each place. */
const NAME = 4;
const TITLE = 3;
const TAGS = 2;
const DESCRIPTION = 1;
const TOOLS = 1;
/** A word in two places counts less than twice. */
const SATURATION = 4;
/** An entry that has been started comes before others with up to this many times its score. */
const VERIFIED_WORTH = 2;

interface Hit {
  readonly entry: Entry;
  /** The words of its name and of its title. */
  readonly names: readonly string[];
  score: number;
  /** Words of the query that it has. */
  readonly words: Set<number>;
}

export class CatalogueSearch {
  readonly #entries: readonly Entry[];
  /** Weight of a word in an entry, by word and by the entry's place in the list. */
  readonly #weights = new Map<string, Map<number, number>>();
  readonly #names: readonly (readonly string[])[];
  readonly #vocabulary: Vocabulary;

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
    this.#names = entries.map(({ id, title }) => [shortName(id), title].map((it) => wordsOf(it).join(' ')));
    entries.forEach((entry, at) => {
      this.#add(at, shortName(entry.id), NAME);
      this.#add(at, entry.title, TITLE);
      this.#add(at, [sourceOf(entry.id), entry.category ?? '', ...(entry.tags ?? [])].join(' '), TAGS);
      this.#add(at, entry.description, DESCRIPTION);
      this.#add(at, (entry.tools ?? []).map(({ name }) => name.replace(/_/g, ' ')).join(' '), TOOLS);
    });
    this.#vocabulary = new Vocabulary(this.#weights.keys());
  }

  find({ text, limit, kinds }: Query): Found {
    const telling = tellingWords(text);
    const words = [...new Set(telling.length > 0 ? telling : wordsOf(text))];
    const hits = new Map<number, Hit>();
    const corrected = new Map<string, string>();
    words.forEach((word, at) => {
      const meant = this.#vocabulary.meantBy(word);
      const [first] = meant;
      if (first?.isGuess) corrected.set(word, first.word);
      for (const it of meant) this.#count(it.word, it.trust, at, hits);
    });
    const asked = words.map((word) => corrected.get(word) ?? word).join(' ');
    const fitting = [...hits.values()].filter(({ entry }) => fits(entry, kinds));
    const ranked = fitting.map((hit) => rankedHit(hit, text.trim().toLowerCase(), asked)).sort(byRank);
    return { total: ranked.length, entries: ranked.slice(0, limit).map(({ entry }) => entry), corrected };
  }

  #add(at: number, text: string, weight: number): void {
    for (const word of new Set(wordsOf(text))) {
      const entries = this.#weights.get(word) ?? new Map<number, number>();
      entries.set(at, (entries.get(at) ?? 0) + weight);
      this.#weights.set(word, entries);
    }
  }

  /** Adds the score of one word to all entries that have it: rare words count more (BM25 without lengths). */
  #count(word: string, trust: number, queryWord: number, hits: Map<number, Hit>): void {
    const entries = this.#weights.get(word) ?? new Map<number, number>();
    const rarity = Math.log(1 + this.#entries.length / (entries.size + 0.5));
    for (const [at, weight] of entries) {
      const hit = hits.get(at) ?? this.#newHit(at);
      hit.score += (trust * rarity * weight) / (weight + SATURATION);
      hit.words.add(queryWord);
      hits.set(at, hit);
    }
  }

  #newHit(at: number): Hit {
    return { entry: this.#entries[at] as Entry, names: this.#names[at] ?? [], score: 0, words: new Set() };
  }
}

function fits({ ways }: Entry, kinds: Query['kinds']): boolean {
  return kinds === undefined || ways.some(({ kind }) => kinds.includes(kind));
}

interface RankedHit {
  readonly entry: Entry;
  /** 2 if the query is its id, 1 if it is its name or title. */
  readonly nearness: number;
  /** Words of the query that it has. */
  readonly words: number;
  readonly worth: number;
}

/**
 * @param text the query in lower case
 * @param asked its words, with typing errors corrected
 */
function rankedHit({ entry, names, score, words }: Hit, text: string, asked: string): RankedHit {
  const nearness = entry.id.toLowerCase() === text ? 2 : names.includes(asked) ? 1 : 0;
  return { entry, nearness, words: words.size, worth: entry.verified ? VERIFIED_WORTH * score : score };
}

/** The entry that is named first, then those with most words of the query, then by worth; last by id. */
function byRank(a: RankedHit, b: RankedHit): number {
  return (
    b.nearness - a.nearness || b.words - a.words || b.worth - a.worth || (a.entry.id < b.entry.id ? -1 : 1)
  );
}
