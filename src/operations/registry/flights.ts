/** Additions under way: a second request for the same entry waits for the first. */
import type { Attempted } from './attempt.ts';
import type { Asked } from './facts/values.ts';

export interface Flight {
  readonly asked: Asked;
  readonly done: Promise<Attempted>;
}

export class Flights {
  /** By id of the entry. */
  readonly #underWay = new Map<string, Flight>();

  of(id: string): Flight | undefined {
    return this.#underWay.get(id);
  }

  /** Ids of entries. */
  ids(): readonly string[] {
    return [...this.#underWay.keys()];
  }

  start(id: string, asked: Asked, work: () => Promise<Attempted>): Flight {
    const flight = { asked, done: work() };
    this.#underWay.set(id, flight);
    const end = (): void => {
      this.#underWay.delete(id);
    };
    flight.done.then(end, end);
    return flight;
  }
}
