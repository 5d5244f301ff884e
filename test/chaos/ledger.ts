/** Records what became of every call, by server and cause, and everything that must never happen. */

/** Calls that begin and end while nothing is killed are judged more strictly. */
export type Weather = 'gentle' | 'storm';

/** Connecting is recorded under this name, beside the calls to each server. */
export const GATEWAY = 'gateway';

/** Updates of resources that clients of an era follow are recorded under these names, beside their calls. */
export const UPDATES = {
  legacy: 'updates for legacy clients',
  modern: 'updates for modern clients',
} as const;

export const isOfUpdates = (name: string): boolean => name === UPDATES.legacy || name === UPDATES.modern;

export const VIOLATIONS = {
  wrong: 'wrong answer',
  foreign: 'message of another client',
  doubled: 'second answer',
  repeated: 'call that reached its server twice',
  lost: 'lost progress',
  hung: 'hung call',
  deaf: 'ignored cancellation',
  open: 'request of a stranger that was let in',
} as const;
export type Violation = keyof typeof VIOLATIONS;

export interface Tally {
  right: number;
  readonly failed: Map<string, number>;
  /** The first errors of each cause, with their time. */
  readonly examples: Map<string, string[]>;
}

/** Places kept of each violation. */
const MAX_PLACES = 20;
const MAX_EXAMPLES = 3;

export class Ledger {
  readonly violations = new Map<Violation, string[]>();
  /** Calls that their client did not wait for. */
  abandonedCalls = 0;
  abandonedSessions = 0;
  /** Right answers by the client's kind. */
  readonly byKind = new Map<string, number>();
  readonly #tallies = { gentle: new Map<string, Tally>(), storm: new Map<string, Tally>() };
  #weather: Weather = 'storm';
  /** Counts changes of the weather. */
  #changes = 0;

  setWeather(weather: Weather): void {
    this.#weather = weather;
    this.#changes += 1;
  }

  /**
   * The returned function records the outcome of a call that begins now; without a cause, it was right.
   * `example` is an error of that cause in words.
   */
  begin(serverName: string): (cause?: string, example?: string) => void {
    const { weather, changes } = { weather: this.#weather, changes: this.#changes };
    return (cause, example = '') => {
      const tally = this.tally(changes === this.#changes ? weather : 'storm', serverName);
      if (cause === undefined) tally.right += 1;
      else fail(tally, cause, `${new Date().toISOString()} ${example}`);
    };
  }

  violate(kind: Violation, text: string): void {
    const places = this.violations.get(kind) ?? [];
    this.violations.set(kind, places);
    if (places.length < MAX_PLACES) places.push(`${text} (${this.#weather}, ${new Date().toISOString()})`);
  }

  tallies(weather: Weather): ReadonlyMap<string, Tally> {
    return this.#tallies[weather];
  }

  tally(weather: Weather, serverName: string): Tally {
    const tallies = this.#tallies[weather];
    const tally = tallies.get(serverName) ?? { right: 0, failed: new Map(), examples: new Map() };
    tallies.set(serverName, tally);
    return tally;
  }

  get right(): number {
    return sum(this.#all().map(({ right }) => right));
  }

  get failed(): number {
    return sum(this.#all().flatMap(({ failed }) => [...failed.values()]));
  }

  #all(): Tally[] {
    return [...this.#tallies.gentle.values(), ...this.#tallies.storm.values()];
  }
}

function fail({ failed, examples }: Tally, cause: string, example: string): void {
  failed.set(cause, (failed.get(cause) ?? 0) + 1);
  const kept = examples.get(cause) ?? [];
  if (kept.length < MAX_EXAMPLES) examples.set(cause, [...kept, example]);
}

export const sum = (numbers: readonly number[]): number => numbers.reduce((total, it) => total + it, 0);
