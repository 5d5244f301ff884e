/** A bounded list of the newest items, numbered so that readers see what they have missed. */

export interface RingLimits<Item> {
  readonly maxItems: number;
  readonly maxBytes: number;
  readonly bytesOf: (item: Item) => number;
}

export class Ring<Item> {
  readonly #limits: RingLimits<Item>;
  readonly #onDrop: ((item: Item) => void) | undefined;
  /**
   * The items before `#start` have been dropped, and are removed in bulk: to remove each would move all
   * others.
   */
  #items: (Item | undefined)[] = [];
  #start = 0;
  #bytes = 0;
  #lastSeq = 0;

  /**
   * @param onDrop called with each item that makes room for another one, or is dropped by `shift` or `clear`
   */
  constructor(limits: RingLimits<Item>, onDrop?: (item: Item) => void) {
    this.#limits = limits;
    this.#onDrop = onDrop;
  }

  get size(): number {
    return this.#items.length - this.#start;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get oldest(): Item | undefined {
    return this.#items[this.#start];
  }

  /** Sequence number of the newest item that was ever pushed; 0 for none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /**
   * Sequence number of the oldest item that is kept. A reader that has not read the one before has missed
   * items.
   */
  get firstSeq(): number {
    return this.#lastSeq - this.size + 1;
  }

  /**
   * Appends an item in place of the oldest ones, and returns its sequence number: 1, 2, … Items above
   * `maxBytes` are dropped at once.
   */
  push(item: Item): number {
    this.#items.push(item);
    this.#bytes += this.#limits.bytesOf(item);
    this.#lastSeq += 1;
    while (this.size > this.#limits.maxItems || this.#bytes > this.#limits.maxBytes) this.shift();
    return this.#lastSeq;
  }

  /** Drops the oldest item. */
  shift(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#start] as Item;
    this.#items[this.#start] = undefined;
    this.#start += 1;
    this.#bytes -= this.#limits.bytesOf(item);
    if (this.#start * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#start);
      this.#start = 0;
    }
    this.#onDrop?.(item);
    return item;
  }

  clear(): void {
    while (this.size > 0) this.shift();
  }

  /** The kept items whose sequence number is above `seq`, oldest first. */
  after(seq: number): Item[] {
    const skipped = Math.max(0, seq - this.firstSeq + 1);
    return this.#items.slice(this.#start + skipped) as Item[];
  }
}
