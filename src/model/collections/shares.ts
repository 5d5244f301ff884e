/** Divides a limited amount (of bytes, sessions, processes) among owners, so that none can take it all. */

/**
 * An owner may hold as much as is still free: half of the amount while it is alone, a third of it beside
 * another owner that wants all, and so on. Some of it is therefore always free for an owner without any.
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

  /** True if `take` would succeed. */
  hasRoom(owner: string, amount = 1): boolean {
    return this.heldBy(owner) + amount <= this.#max - this.#total;
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
