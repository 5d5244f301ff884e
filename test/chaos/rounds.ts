/** Rounds of a chaos run: gentle faults, then a storm. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Crew } from './clients/crew.ts';
import { drawFault } from './faults/faults.ts';
import { ALL, type Focus } from './focus.ts';
import type { Weather } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { callEachServer, settle } from './recovery.ts';
import { verdict } from './verdict.ts';
import type { World } from './world.ts';

export interface RoundsSettings {
  readonly seed: number;
  /** The run ends when both are reached, or after twice the time. */
  readonly seconds: number;
  readonly kills: number;
  /** In place of both, and of any time: each gentle part lasts until every client has got some answers. */
  readonly rounds?: number | undefined;
  readonly focus?: Focus;
  readonly log: (text: string) => void;
}

/** How long the stack may take to recover from a storm. */
const CALM_MS = 180_000;
/** Faults of one storm. */
const STORM = { least: 3, most: 7 };
const GENTLE_MS = { least: 3_000, most: 6_000 };
/** The gentle part of a counted round: right answers that each client gets, and the end if one never does. */
const GENTLE_COUNTS = { answers: 15, faults: 40 };

export class Rounds {
  readonly faults = new Map<string, number>();
  readonly lost: string[] = [];
  kills = 0;
  done = 0;
  /** All problems at the moment at which the one was seen for which the run was made. */
  found: readonly string[] | undefined;
  readonly #world: World;
  readonly #crew: Crew;
  readonly #settings: RoundsSettings;
  readonly #focus: Focus;
  /** Of their own, so that a seed gives the same storms whatever else is drawn. */
  readonly #storms: Random;
  readonly #began = Date.now();

  constructor(world: World, crew: Crew, settings: RoundsSettings) {
    this.#world = world;
    this.#crew = crew;
    this.#settings = settings;
    this.#focus = settings.focus ?? ALL;
    this.#storms = createRandom(settings.seed);
  }

  get seconds(): number {
    return Math.round((Date.now() - this.#began) / 1000);
  }

  get #isDone(): boolean {
    const { seconds, kills, rounds } = this.#settings;
    if (this.found || this.lost.length > 0) return true;
    if (rounds !== undefined) return this.done >= rounds;
    return this.seconds >= 2 * seconds || (this.seconds >= seconds && this.kills >= kills);
  }

  async play(): Promise<void> {
    while (!this.#isDone) {
      await this.#settle();
      await this.#gentle();
      await this.#storm();
      this.done += 1;
    }
  }

  /** Every server must be as it was, and answer clients of every kind. */
  async calm(): Promise<void> {
    this.#world.restoreBase();
    await this.#settle();
    if (this.lost.length === 0) this.lost.push(...(await callEachServer(this.#world)));
  }

  async #gentle(): Promise<void> {
    const { random, ledger } = this.#world;
    ledger.setWeather('gentle');
    const until = Date.now() + random.between(GENTLE_MS.least, GENTLE_MS.most);
    const before = this.#crew.answers();
    const isCounted = this.#settings.rounds !== undefined;
    for (let caused = 0; !this.#isDone; caused += 1) {
      if (!isCounted && Date.now() >= until) return;
      if (isCounted && (caused >= GENTLE_COUNTS.faults || this.#haveAnswers(before))) return;
      await this.#cause('gentle', random);
    }
  }

  #haveAnswers(before: readonly number[]): boolean {
    return this.#crew
      .answers()
      .every((answers, index) => answers - (before[index] as number) >= GENTLE_COUNTS.answers);
  }

  async #storm(): Promise<void> {
    this.#world.ledger.setWeather('storm');
    const count = this.#storms.between(STORM.least, STORM.most);
    for (let done = 0; done < count && !this.#isDone; done += 1)
      if (!(await this.#cause('storm', this.#storms))) return;
  }

  async #settle(): Promise<void> {
    this.lost.push(...(await settle(this.#world, this.#crew, CALM_MS)));
    await this.#world.measure();
    this.#look();
  }

  /** False if there is no fault to draw. */
  async #cause(weather: Weather, from: Random): Promise<boolean> {
    const { random, ledger } = this.#world;
    const fault = drawFault(this.#world, weather, from, this.#focus.faults);
    const so = `${this.kills} kills, ${ledger.right} right, ${ledger.failed} failed`;
    this.#settings.log(`${this.seconds} s, ${weather}: ${fault?.name ?? 'no fault'} (${so})`);
    if (fault) {
      this.faults.set(fault.name, (this.faults.get(fault.name) ?? 0) + 1);
      const isDone = await fault.run(this.#world);
      if (fault.kills && isDone !== false) this.kills += 1;
    }
    await delay(random.between(100, weather === 'gentle' ? 700 : 2_000));
    this.#look();
    return fault !== undefined;
  }

  #look(): void {
    const { until } = this.#focus;
    if (!until || this.found) return;
    const { ledger, lives } = this.#world;
    const { lost, faults } = this;
    const problems = verdict({ ledger, lost, faults, leftovers: [], growths: lives.growths });
    if (problems.some((problem) => until.test(problem))) this.found = problems;
  }
}
