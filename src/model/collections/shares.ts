/** Divides a limited amount (of bytes, sessions, processes) among owners, so that none can take it all. */

/**
 * An owner may hold as much as is free after it has taken its last piece: half of the amount while it is
 * alone, a third of it beside another owner that wants all, and so on, in small pieces or in one. Some of the
 * amount is therefore always free for an owner without any.
 */
export class Shares {
  readonly #max: number;
  readonly #held = new Map<string, number>();
  #total = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** What all owners hold together. */
  get total(): number {
    return this.#total;
  }

  /** Adds to what the owner holds; false, and nothing is added, if that exceeds its share. */
  take(owner: string, amount = 1): boolean {
    if (!this.hasRoom(owner, amount)) return false;
    this.add(owner, amount);
    return true;
  }

  /** Adds to what the owner holds, even beyond its share: in place of what it has just given back. */
  add(owner: string, amount = 1): void {
    this.#held.set(owner, this.heldBy(owner) + amount);
    this.#total += amount;
  }

  /** True if `take` would succeed. Of an odd amount, the owner gets the larger half. */
  hasRoom(owner: string, amount = 1): boolean {
    const free = this.#max - this.#total;
    return this.heldBy(owner) + amount <= free - amount + 1;
  }

  /** Gives back an amount that the owner has taken. */
  give(owner: string, amount = 1): void {
    const left = this.heldBy(owner) - amount;
    if (left > 0) this.#held.set(owner, left);
    else this.#held.delete(owner);
    this.#total -= amount;
  }

  heldBy(owner: string): number {
    return this.#held.get(owner) ?? 0;
  }
}
