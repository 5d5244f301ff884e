/** A whole chaos run: rounds of gentle faults and of storms, and a count of everything at the end. */
import type { TestContext } from 'node:test';
import { removeGuarded } from '../helpers/watchdog.ts';
import { abilitiesOf, type Where } from './cast.ts';
import { Client } from './clients/client.ts';
import { KINDS } from './clients/connection.ts';
import { Crew } from './clients/crew.ts';
import { countProcesses, extraContainers, findLeftovers, temporaryFiles } from './gauges/leftovers.ts';
import type { Growth } from './gauges/lives.ts';
import type { Ledger } from './ledger.ts';
import { createRandom } from './random.ts';
import { Rounds, type RoundsSettings } from './rounds.ts';
import { World } from './world.ts';

export interface SoakSettings extends RoundsSettings {
  readonly clients: number;
  readonly where?: Where;
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
  /**
   * All problems at the moment of the one that the run looked for, and ended at: what came after is the end of the run
   * itself. The caller must then end the process.
   */
  readonly found?: readonly string[] | undefined;
}

/** Runs clients and faults, then checks that everything has recovered. */
export async function soak(settings: SoakSettings): Promise<SoakReport> {
  const cleanup: (() => unknown)[] = [];
  const after = (run: () => unknown): void => void cleanup.unshift(run);
  const context = { name: `chaos ${settings.seed}`, passed: true, after };
  let found: SoakReport['found'];
  try {
    const report = await play(settings, context as unknown as TestContext);
    ({ found } = report);
    return report;
  } finally {
    // Clients are still calling, to servers that may never answer.
    if (found) await removeGuarded();
    else for (const run of cleanup) await run();
  }
}

async function play(settings: SoakSettings, context: TestContext): Promise<SoakReport> {
  const { seed, where = 'machine' } = settings;
  const marker = `--chaos-${process.pid}-${seed}`;
  const world = await World.create({ where, random: createRandom(seed + 1), marker }, context);
  const crew = new Crew(hire(world, settings));
  world.crew = crew;
  const rounds = new Rounds(world, crew, settings);
  await rounds.play();
  const leftovers = rounds.found ? [] : await end(world, crew, rounds, settings.log);
  const { seconds, kills, faults, lost, found } = rounds;
  return {
    seed,
    seconds,
    kills,
    rounds: rounds.done,
    faults,
    ledger: world.ledger,
    lost,
    leftovers,
    growths: world.lives.growths,
    found,
  };
}

/** Calms the stack and removes it; the result says what is left. */
async function end(world: World, crew: Crew, rounds: Rounds, log: (text: string) => void): Promise<string[]> {
  log(`${rounds.seconds} s, calm`);
  await rounds.calm();
  log(`${rounds.seconds} s, the clients leave`);
  await crew.stop();
  log(`${rounds.seconds} s, what is left is counted`);
  const leftovers = [...(await countProcesses(world)), ...(await extraContainers(world))];
  await world.gateway.stop();
  await world.stack.hive('down', '--volumes');
  return [...leftovers, ...(await findLeftovers(world)), ...temporaryFiles(world)];
}

/** Clients of every kind, of two principals. */
function hire({ site, base, credentials }: World, { seed, clients, focus }: SoakSettings): Client[] {
  const abilities = abilitiesOf(base);
  return Array.from({ length: clients }, (_, index) => {
    const kind = KINDS[index % KINDS.length] as (typeof KINDS)[number];
    const token = credentials.tokens[Math.floor(index / KINDS.length) % 2] as string;
    return new Client({
      kind,
      name: `c${index}`,
      token,
      site,
      abilities,
      random: createRandom(seed + index + 2),
      preferred: focus?.acts ?? [],
    });
  });
}
