/** A whole chaos run: clients, monkey, recovery, report. */
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { GatewayStatus } from '../../src/model/status.ts';
import { createStack, type Running } from '../helpers/hive.ts';
import { type SecondEngine, startSecondEngine } from '../helpers/second-engine.ts';
import { type Cast, castOf, edited, type Where, writeDockerfile } from './cast.ts';
import { newTally, startClient, type Tally } from './client.ts';
import { extraContainers, findLeftovers } from './leftovers.ts';
import { heapOf } from './memory.ts';
import { type Cage, pickDeed } from './monkey.ts';
import { createRandom } from './random.ts';
import { mountSmallDisk } from './small-disk.ts';

export interface SoakSettings {
  readonly seed: number;
  /** The run ends when both are reached, or after twice the time. */
  readonly seconds: number;
  readonly kills: number;
  readonly clients: number;
  readonly where?: Where;
  readonly log: (text: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly deeds: Readonly<Record<string, number>>;
  readonly tally: Tally;
  /** Servers that did not recover once the monkey stopped. */
  readonly lost: readonly string[];
  readonly leftovers: readonly string[];
  /** Heap in bytes after a full collection: of a fresh gateway, and of the last one at the end. */
  readonly heap: { readonly before: number; readonly after: number };
}

const CALM_MS = 120_000;
const TIMEOUTS = { start: '15s', call: '10s' };

/** Runs clients and the monkey, then checks that everything has recovered. */
export async function soak(settings: SoakSettings): Promise<SoakReport> {
  const cleanup: (() => unknown)[] = [];
  const after = (run: () => unknown): void => void cleanup.unshift(run);
  try {
    return await play(settings, {
      name: `chaos ${settings.seed}`,
      passed: true,
      after,
    } as unknown as TestContext);
  } finally {
    for (const run of cleanup) await run();
  }
}

async function play(settings: SoakSettings, context: TestContext): Promise<SoakReport> {
  const { seed, seconds, kills: wantedKills, clients, log, where = 'machine' } = settings;
  const random = createRandom(seed);
  const engine = where === 'own' ? await ownEngine(context) : undefined;
  const marker = `--chaos-${process.pid}-${seed}`;
  const stack = createStack(context, { servers: {} });
  const base = castOf(where, stack.folder, marker);
  const disk = await mountSmallDisk(join(stack.folder, '.state'));
  context.after(() => disk?.remove());
  const environment = { NODE_OPTIONS: '--inspect-port=0' };
  const tally = newTally();
  const deeds: Record<string, number> = {};
  const servers: Cast = structuredClone(base);
  const restore = (): void => stack.save({ defaults: { timeouts: TIMEOUTS }, servers });
  let kills = 0;
  let revision = 0;
  let isOver = false;

  restore();
  let running = await stack.up(environment);
  await allReady(running);
  const before = await heapOf(running.child.pid as number, running.output);
  const cage: Cage = {
    where,
    stack,
    random,
    natives: Object.keys(base).filter((name) => base[name]?.type === 'native'),
    boxes: Object.keys(base).filter((name) => base[name]?.type === 'container'),
    gateway: () => running,
    async renew() {
      if (running.child.exitCode === null && running.child.signalCode === null)
        await once(running.child, 'exit');
      running = await stack.up(environment);
    },
    edit(serverName, change) {
      revision += 1;
      const { [serverName]: entry = {}, ...others } = servers;
      if (change === 'drop') return stack.save({ defaults: { timeouts: TIMEOUTS }, servers: others });
      servers[serverName] = edited(entry, where, random, revision);
      restore();
    },
    editDockerfile() {
      revision += 1;
      writeDockerfile(stack.folder, revision);
    },
    restore,
    engine,
    disk,
  };
  const url = (): string => running.url;
  const loops = Array.from({ length: clients }, (_, index) =>
    startClient(`c${index}`, createRandom(seed + index + 1), Object.keys(base), url, () => isOver, tally),
  );
  const began = Date.now();
  const elapsed = (): number => (Date.now() - began) / 1000;
  while ((elapsed() < seconds || kills < wantedKills) && elapsed() < 2 * seconds) {
    const deed = pickDeed(cage);
    deeds[deed.name] = (deeds[deed.name] ?? 0) + 1;
    log(
      `${elapsed().toFixed(0)} s: ${deed.name} (${kills} kills, ${tally.right} right, ${tally.failed} failed)`,
    );
    const done = await deed.run(cage);
    if (deed.kills && done !== false) kills += 1;
    await delay(random.between(100, 2_500));
  }
  const lasted = elapsed();
  isOver = true;
  await Promise.all(loops.map(({ done }) => done));
  const lost = await calmDown(running);
  const heap = { before, after: await heapOf(running.child.pid as number, running.output) };
  const extra = await extraContainers(stack.name, cage.boxes.length);
  await running.stop();
  await stack.hive('down', '--volumes');
  const leftovers = [...extra, ...(await findLeftovers(stack.name, stack.folder, marker))];
  return { seed, seconds: Math.round(lasted), kills, deeds, tally, lost, leftovers, heap };
}

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

async function allReady(running: Running): Promise<void> {
  await running.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
}

/** Without the monkey, every server must recover. A server that was given up must say so, and recover after a restart. */
async function calmDown(running: Running): Promise<string[]> {
  const isUp = ({ servers }: GatewayStatus): boolean => servers.every(({ state }) => state === 'ready');
  const deadline = Date.now() + CALM_MS;
  for (;;) {
    const status = await running.control.status();
    if (isUp(status)) return [];
    const late = Date.now() > deadline;
    if (late) return status.servers.filter(({ state }) => state !== 'ready').map((it) => JSON.stringify(it));
    for (const { serverName, state, detail } of status.servers)
      if (state === 'failed' && detail?.includes('gave up')) await running.control.restart(serverName);
    await delay(500);
  }
}

/** Violations; an empty list is a pass. */
export function verdict({ tally, lost, leftovers, heap, kills }: SoakReport): string[] {
  const grown = heap.after - heap.before;
  return [
    ...tally.wrong.map((it) => `wrong answer: ${it}`),
    ...tally.foreign.map((it) => `answer of another client: ${it}`),
    ...tally.hung.map((it) => `hung call: ${it}`),
    ...lost.map((it) => `did not come back: ${it}`),
    ...leftovers.map((it) => `left behind: ${it}`),
    ...(grown > MAX_GROWTH ? [`the heap grew by ${Math.round(grown / 2 ** 20)} MiB`] : []),
    ...(tally.right < kills ? ['hardly a call was answered'] : []),
  ];
}

const MAX_GROWTH = 24 * 2 ** 20;

export function renderReport(report: SoakReport): string {
  const { tally, heap } = report;
  const mib = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const list = (entries: Iterable<[string, number]>): string =>
    [...entries]
      .sort((a, b) => b[1] - a[1])
      .map(([name, count]) => `  ${String(count).padStart(6)}  ${name}`)
      .join('\n');
  return [
    `seed ${report.seed}: ${report.seconds} s, ${report.kills} kills`,
    list(Object.entries(report.deeds)),
    `calls: ${tally.right} right, ${tally.failed} failed with a reason, ${tally.abandoned} abandoned by their client`,
    `       ${tally.wrong.length} wrong, ${tally.foreign.length} of another client, ${tally.hung.length} hung`,
    list(tally.errors),
    `left behind: ${report.leftovers.length}; did not come back: ${report.lost.length}`,
    `heap after a full collection: ${mib(heap.before)} before, ${mib(heap.after)} at the end`,
  ].join('\n');
}
