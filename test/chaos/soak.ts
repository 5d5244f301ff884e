import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { GatewayStatus } from '../../src/model/status.ts';
import { container, createStack, native, type Running } from '../helpers/hive.ts';
import { pidsOf } from '../helpers/processes.ts';
import { newTally, startClient, type Tally } from './client.ts';
import { heapOf } from './memory.ts';
import { type Cage, pickDeed } from './monkey.ts';
import { createRandom } from './random.ts';

export interface SoakSettings {
  readonly seed: number;
  /** It ends when both are reached, or after twice the time. */
  readonly seconds: number;
  readonly kills: number;
  readonly clients: number;
  readonly log: (text: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly kills: number;
  readonly deeds: Readonly<Record<string, number>>;
  readonly tally: Tally;
  /** Servers that would not come back once they were left alone. */
  readonly lost: readonly string[];
  readonly leftovers: readonly string[];
  /** Bytes after a full collection: of a fresh gateway, and of the last one at the end. */
  readonly heap: { readonly before: number; readonly after: number };
}

const CALM_MS = 60_000;
const TIMEOUTS = { start: '15s', call: '10s' };

/** Clients call, the monkey plays, and in the end everything has to be as if nothing had been. */
export async function soak({
  seed,
  seconds,
  kills: wantedKills,
  clients,
  log,
}: SoakSettings): Promise<SoakReport> {
  const random = createRandom(seed);
  const cleanup: (() => unknown)[] = [];
  const context = { name: `chaos ${seed}`, passed: true, after: (run: () => unknown) => cleanup.push(run) };
  const marker = `--chaos-${process.pid}-${seed}`;
  const base = serversOf(marker);
  const stack = createStack(context as unknown as TestContext, { servers: base });
  const environment = { NODE_OPTIONS: '--inspect-port=0' };
  const tally = newTally();
  const deeds: Record<string, number> = {};
  let kills = 0;
  try {
    let running = await stack.up(environment);
    await allReady(running);
    const before = await heapOf(running.child.pid as number, running.output);
    let isOver = false;
    let revision = 0;
    const servers: Record<string, Record<string, unknown>> = structuredClone(base);
    const restore = (): void => stack.save({ defaults: { timeouts: TIMEOUTS }, servers });
    const cage: Cage = {
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
        const { [serverName]: entry, ...others } = servers;
        if (change === 'drop') return stack.save({ defaults: { timeouts: TIMEOUTS }, servers: others });
        if (entry && change === 'touch') entry.env = { REVISION: String(revision) };
        if (entry && change === 'view') entry.timeouts = { call: `${9 + (revision % 3)}s` };
        restore();
      },
      restore,
    };
    restore();
    const url = (): string => running.url;
    const loops = Array.from({ length: clients }, (_, index) =>
      startClient(`c${index}`, createRandom(seed + index + 1), Object.keys(base), url, () => isOver, tally),
    );
    const began = Date.now();
    const elapsed = (): number => (Date.now() - began) / 1000;
    while ((elapsed() < seconds || kills < wantedKills) && elapsed() < 2 * seconds) {
      const deed = pickDeed(random);
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
  } finally {
    for (const run of cleanup) await run();
  }
}

function serversOf(marker: string): Record<string, Record<string, unknown>> {
  return {
    proc: native('witness', marker),
    own: { ...native('witness', marker), isolation: 'session' },
    box: container('witness'),
    execd: { ...container('witness'), link: 'exec' },
    web: { ...container('witness', '3000'), transport: 'http', port: 3000 },
    ownbox: { ...container('witness'), isolation: 'session' },
  };
}

async function allReady(running: Running): Promise<void> {
  await running.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
}

/** Left alone, every server has to come back; one that was killed too often in a row says so, and comes with a restart. */
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

async function extraContainers(stackName: string, wanted: number): Promise<string[]> {
  const ids = await ask('ps', '-aq', '--filter', `label=mcp.stack=${stackName}`);
  return ids.length === wanted ? [] : [`${ids.length} containers instead of ${wanted} before down`];
}

async function findLeftovers(stackName: string, folder: string, marker: string): Promise<string[]> {
  const [containers, networks, volumes] = [
    await ask('ps', '-aq', '--filter', `label=mcp.stack=${stackName}`),
    await ask('network', 'ls', '-q', '--filter', `label=com.docker.compose.project=${stackName}`),
    await ask('volume', 'ls', '-q', '--filter', `label=com.docker.compose.project=${stackName}`),
  ];
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));
  const special = files.filter((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isSocket() || stat?.isFIFO();
  });
  return [
    ...containers.map((id) => `container ${id}`),
    ...networks.map((id) => `network ${id}`),
    ...volumes.map((id) => `volume ${id}`),
    ...pidsOf(marker).map((pid) => `process ${pid}`),
    ...special.map((path) => `file ${path}`),
  ];
}

async function ask(...args: string[]): Promise<string[]> {
  const { stdout } = await execa('docker', args);
  return stdout.split('\n').filter(Boolean);
}

/** What must not be; the empty list is a pass. */
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
