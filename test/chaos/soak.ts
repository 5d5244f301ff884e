/** A whole chaos run: rounds of gentle faults and of storms, and a count of everything at the end. */
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { abilitiesOf, type Where } from './cast.ts';
import { Client } from './clients/client.ts';
import { KINDS } from './clients/connection.ts';
import { Crew } from './clients/crew.ts';
import { drawFault } from './faults/faults.ts';
import { countProcesses, extraContainers, findLeftovers, temporaryFiles } from './gauges/leftovers.ts';
import type { Growth } from './gauges/lives.ts';
import type { Ledger, Weather } from './ledger.ts';
import { createRandom, type Random } from './random.ts';
import { callEachServer, settle } from './recovery.ts';
import { World } from './world.ts';

export interface SoakSettings {
  readonly seed: number;
  /** The run ends when both are reached, or after twice the time. */
  readonly seconds: number;
  readonly kills: number;
  readonly clients: number;
  readonly where?: Where;
  /** How long the stack may take to recover from a storm. */
  readonly calmMs?: number;
  readonly log: (text: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly rounds: number;
  readonly faults: ReadonlyMap<string, number>;
  readonly ledger: Ledger;
  /** Servers and clients that did not recover after a storm, and calls that failed after the last one. */
  readonly lost: readonly string[];
  readonly leftovers: readonly string[];
  readonly growths: readonly Growth[];
}

const CALM_MS = 180_000;
/** Faults of one storm. */
const STORM = { least: 3, most: 7 };
const GENTLE_MS = { least: 3_000, most: 6_000 };

/** Runs clients and faults, then checks that everything has recovered. */
export async function soak(settings: SoakSettings): Promise<SoakReport> {
  const cleanup: (() => unknown)[] = [];
  const after = (run: () => unknown): void => void cleanup.unshift(run);
  const context = { name: `chaos ${settings.seed}`, passed: true, after };
  try {
    return await play(settings, context as unknown as TestContext);
  } finally {
    for (const run of cleanup) await run();
  }
}

async function play(settings: SoakSettings, context: TestContext): Promise<SoakReport> {
  const { seed, where = 'machine' } = settings;
  const marker = `--chaos-${process.pid}-${seed}`;
  const world = await World.create({ where, random: createRandom(seed + 1), marker }, context);
  const crew = new Crew(hire(world, settings));
  world.crew = crew;
  const run = new Run(world, crew, settings);
  await run.rounds();
  await run.calm();
  await crew.stop();
  const leftovers = [...(await countProcesses(world)), ...(await extraContainers(world))];
  await world.gateway.stop();
  await world.stack.hive('down', '--volumes');
  leftovers.push(...(await findLeftovers(world)), ...temporaryFiles(world));
  const { seconds, kills, faults, lost, roundsDone: rounds } = run;
  return {
    seed,
    seconds,
    kills,
    rounds,
    faults,
    ledger: world.ledger,
    lost,
    leftovers,
    growths: world.lives.growths,
  };
}

/** Clients of every kind, of two principals. */
function hire({ site, base, credentials }: World, { seed, clients }: SoakSettings): Client[] {
  const abilities = abilitiesOf(base);
  return Array.from({ length: clients }, (_, index) => {
    const kind = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    const token = credentials.tokens[Math.floor(index / KINDS.length) % 2] as string;
    return new Client(kind, `c${index}`, token, site, abilities, createRandom(seed + index + 2));
  });
}

class Run {
  readonly faults = new Map<string, number>();
  readonly lost: string[] = [];
  kills = 0;
  roundsDone = 0;
  readonly #world: World;
  readonly #crew: Crew;
  readonly #settings: SoakSettings;
  /** Of their own, so that a seed gives the same storms whatever else is drawn. */
  readonly #storms: Random;
  readonly #began = Date.now();

  constructor(world: World, crew: Crew, settings: SoakSettings) {
    this.#world = world;
    this.#crew = crew;
    this.#settings = settings;
    this.#storms = createRandom(settings.seed);
  }

  get seconds(): number {
    return Math.round((Date.now() - this.#began) / 1000);
  }

  get #isDone(): boolean {
    const { seconds, kills } = this.#settings;
    return this.seconds >= 2 * seconds || (this.seconds >= seconds && this.kills >= kills);
  }

  async rounds(): Promise<void> {
    const { random, ledger } = this.#world;
    while (!this.#isDone && this.lost.length === 0) {
      await this.#settle();
      ledger.setWeather('gentle');
      const until = Date.now() + random.between(GENTLE_MS.least, GENTLE_MS.most);
      while (Date.now() < until) await this.#cause('gentle');
      ledger.setWeather('storm');
      const count = this.#storms.between(STORM.least, STORM.most);
      for (let done = 0; done < count && !this.#isDone; done += 1) await this.#cause('storm');
      this.roundsDone += 1;
    }
  }

  /** Every server must be as it was, and answer clients of every kind. */
  async calm(): Promise<void> {
    this.#world.restoreBase();
    await this.#settle();
    if (this.lost.length === 0) this.lost.push(...(await callEachServer(this.#world)));
  }

  async #settle(): Promise<void> {
    const { calmMs = CALM_MS } = this.#settings;
    this.lost.push(...(await settle(this.#world, this.#crew, calmMs)));
    await this.#world.measure();
  }

  async #cause(weather: Weather): Promise<void> {
    const { random, ledger } = this.#world;
    const fault = drawFault(this.#world, weather, weather === 'storm' ? this.#storms : random);
    this.faults.set(fault.name, (this.faults.get(fault.name) ?? 0) + 1);
    const so = `${this.kills} kills, ${ledger.right} right, ${ledger.failed} failed`;
    this.#settings.log(`${this.seconds} s, ${weather}: ${fault.name} (${so})`);
    const done = await fault.run(this.#world);
    if (fault.kills && done !== false) this.kills += 1;
    await delay(random.between(100, weather === 'gentle' ? 700 : 2_000));
  }
}
