/** The stack of a chaos run, and everything that may be done to it. */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { INSPECTABLE } from '../helpers/bytes-held-by.ts';
import { freePort } from '../helpers/free-port.ts';
import { createStack, type Running, type Stack } from '../helpers/hive.ts';
import { type SecondEngine, startSecondEngine } from '../helpers/second-engine.ts';
import { abilitiesOf, type Cast, castOf, edited, type Where, writeDockerfile } from './cast.ts';
import type { Site } from './clients/connection.ts';
import type { Crew } from './clients/crew.ts';
import { type Credentials, makeCredentials } from './credentials.ts';
import { Far } from './faults/far.ts';
import { mountSmallDisk, type SmallDisk } from './faults/small-disk.ts';
import { Lives } from './gauges/lives.ts';
import { Ledger } from './ledger.ts';
import type { Random } from './random.ts';

const TIMEOUTS = { start: '30s', call: '20s', drain: '20s' };
/** Longest wait for idle clients before a gateway is measured in a storm. */
const IDLE_MS = 45_000;
const ONE_LEFT_MS = 60_000;

export interface WorldOptions {
  readonly where: Where;
  readonly random: Random;
  readonly marker: string;
}

export class World {
  readonly where: Where;
  readonly random: Random;
  readonly marker: string;
  readonly stack: Stack;
  readonly base: Cast;
  readonly far: Far;
  readonly engine: SecondEngine | undefined;
  /** Hive's state folder; undefined if its disk cannot be filled. */
  readonly disk: SmallDisk | undefined;
  readonly ledger = new Ledger();
  readonly lives = new Lives();
  readonly credentials: Credentials = makeCredentials();
  readonly #servers: Cast;
  #running: Running | undefined;
  #revision = 0;
  #crew: Crew | undefined;
  readonly #port: number;
  /** Settled while a gateway is up. */
  #up = Promise.withResolvers<void>();
  #entering = 0;

  private constructor(
    options: WorldOptions,
    stack: Stack,
    parts: Pick<World, 'far' | 'engine' | 'disk'>,
    port: number,
  ) {
    this.#port = port;
    ({ where: this.where, random: this.random, marker: this.marker } = options);
    ({ far: this.far, engine: this.engine, disk: this.disk } = parts);
    this.stack = stack;
    this.base = castOf({ ...options, folder: stack.folder, farUrl: parts.far.url });
    this.#servers = structuredClone(this.base);
  }

  /** Makes the stack and starts its gateway. Everything is removed after the test. */
  static async create(options: WorldOptions, context: TestContext): Promise<World> {
    const engine = options.where === 'own' ? await ownEngine(context) : undefined;
    const stack = createStack(context, { servers: {} });
    mkdirSync(join(stack.folder, 'tmp'));
    const disk = await mountSmallDisk(join(stack.folder, '.state'));
    context.after(() => disk?.remove());
    const far = await Far.start(options.marker, stack.folder);
    context.after(() => far.stop());
    const world = new World(options, stack, { far, engine, disk }, await freePort());
    world.restore();
    await world.start();
    return world;
  }

  get gateway(): Running {
    return this.#running as Running;
  }

  get natives(): string[] {
    return this.#namesOf('native');
  }

  get boxes(): string[] {
    return this.#namesOf('container');
  }

  get site(): Site {
    const { file, folder } = this.stack;
    return {
      url: () => this.gateway.url,
      file,
      env: { ...process.env, HIVE_STATE_DIR: join(folder, '.state'), TMPDIR: this.temporary },
      ledger: this.ledger,
      followed: abilitiesOf(this.base).shared,
      whileUp: (run) => this.#whileUp(run),
    };
  }

  /** The folder in which the gateway keeps temporary files. */
  get temporary(): string {
    return join(this.stack.folder, 'tmp');
  }

  /** Clients that are paused while a gateway is measured. */
  set crew(crew: Crew) {
    this.#crew = crew;
  }

  get crew(): Crew | undefined {
    return this.#crew;
  }

  /** Saves the config with one server changed or removed. */
  edit(serverName: string, change: 'some' | 'drop'): void {
    const { [serverName]: entry = {}, ...others } = this.#servers;
    if (change === 'drop') {
      this.#save(others);
      return;
    }
    this.#revision += 1;
    this.#servers[serverName] = edited(entry, this.where, this.random, this.#revision);
    this.restore();
  }

  editDockerfile(): void {
    this.#revision += 1;
    writeDockerfile(this.stack.folder, this.#revision);
  }

  /** Saves the config as last edited; `tokens` replaces those of the clients. */
  restore(tokens = this.credentials.digests): void {
    this.#save(this.#servers, tokens);
  }

  /** Saves the first config again. */
  restoreBase(): void {
    Object.assign(this.#servers, structuredClone(this.base));
    this.restore();
  }

  /** Counts what the gateway holds while no client calls. Must precede every end of a gateway. */
  async measure(): Promise<void> {
    if (await this.#crew?.pause(IDLE_MS))
      await this.lives.measure(this.gateway, {
        kept: await this.#keptBytes(),
        abandoned: this.ledger.abandonedSessions,
      });
    this.#crew?.resume();
  }

  /** Starts `count` gateways at once, of which one must remain. */
  async start(count = 1): Promise<void> {
    const env = { ...INSPECTABLE, TMPDIR: this.temporary };
    const starting = Array.from({ length: count }, () => this.stack.up(env).catch((error: Error) => error));
    const started = await Promise.all(starting);
    const alive = () => started.filter((it) => !(it instanceof Error) && isAlive(it)) as Running[];
    for (const until = Date.now() + ONE_LEFT_MS; alive().length > 1; await delay(50))
      if (Date.now() > until) throw new Error('two gateways serve one stack');
    const [running] = alive();
    if (!running) throw started.find((it) => it instanceof Error) ?? new Error('no gateway is left');
    this.#running = running;
    this.#up.resolve();
  }

  /** Ends the gateway, and starts `count` others at once. */
  async replaceGateway(signal: NodeJS.Signals, count = 1): Promise<void> {
    this.#up = Promise.withResolvers();
    while (this.#entering > 0) await delay(10);
    const { child } = this.gateway;
    const ended = once(child, 'exit');
    if (isAlive(this.gateway) && child.kill(signal)) await ended;
    await this.start(count);
  }

  async #keptBytes(): Promise<number> {
    const headers = { authorization: `Bearer ${this.credentials.tokens[0]}` };
    const text = await (await fetch(new URL('/metrics', this.gateway.url), { headers })).text();
    const [, bytes] = /^hive_kept_event_bytes (\d+)$/m.exec(text) ?? [];
    if (bytes === undefined) throw new Error(`the gateway does not count its events: ${text.slice(0, 200)}`);
    return Number(bytes);
  }

  async #whileUp<T>(run: () => Promise<T>): Promise<T> {
    await this.#up.promise;
    this.#entering += 1;
    try {
      return await run();
    } finally {
      this.#entering -= 1;
    }
  }

  #save(servers: Cast, tokens = this.credentials.digests): void {
    // The same port for every gateway, since clients keep its URL.
    const gateway = { port: this.#port, discover: false };
    this.stack.save({ gateway, defaults: { timeouts: TIMEOUTS }, auth: { tokens }, servers });
  }

  #namesOf(type: string): string[] {
    return Object.keys(this.base).filter((name) => this.base[name]?.type === type);
  }
}

const isAlive = ({ child }: Running): boolean => child.exitCode === null && child.signalCode === null;

/** All docker commands use that engine from then on. */
async function ownEngine(context: TestContext): Promise<SecondEngine> {
  const engine = await startSecondEngine(context, 'node:24-slim');
  const before = process.env.DOCKER_HOST;
  process.env.DOCKER_HOST = engine.host;
  context.after(() => {
    if (before === undefined) delete process.env.DOCKER_HOST;
    else process.env.DOCKER_HOST = before;
  });
  return engine;
}
