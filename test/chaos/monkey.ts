/** Kills, freezes, edits and disconnects at random. */
import { writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import type { Running, Stack } from '../helpers/hive.ts';
import type { SecondEngine } from '../helpers/second-engine.ts';
import type { Where } from './cast.ts';
import type { Random } from './random.ts';
import type { SmallDisk } from './small-disk.ts';
import { thaw } from './thaw.ts';

/** Everything that the monkey may damage. */
export interface Cage {
  readonly where: Where;
  readonly stack: Stack;
  readonly random: Random;
  /** Names of the servers by kind. */
  readonly natives: readonly string[];
  readonly boxes: readonly string[];
  gateway(): Running;
  /** Starts another gateway after the current one has ended. */
  renew(): Promise<void>;
  /** Saves the config with one server changed or removed. */
  edit(serverName: string, change: 'some' | 'drop'): void;
  /** Saves a changed Dockerfile. */
  editDockerfile(): void;
  restore(): void;
  /** Only if the run has its own engine. */
  readonly engine: SecondEngine | undefined;
  /** Hive's state folder; undefined if its disk cannot be filled. */
  readonly disk: SmallDisk | undefined;
}

interface Deed {
  readonly name: string;
  readonly weight: number;
  /** True if the deed kills something; `run` then returns false if there was nothing to kill. */
  readonly kills: boolean;
  readonly fits?: (cage: Cage) => boolean;
  run(cage: Cage): Promise<unknown>;
}

const docker = (...args: string[]) => execa('docker', args, { reject: false, timeout: 20_000 });

export const DEEDS: readonly Deed[] = [
  { name: 'kill -9 a native server', weight: 12, kills: true, run: (cage) => signalNative(cage, 'SIGKILL') },
  { name: 'docker kill', weight: 12, kills: true, run: (cage) => onBox(cage, (id) => docker('kill', id)) },
  {
    name: 'docker stop',
    weight: 4,
    kills: true,
    run: (cage) => onBox(cage, (id) => docker('stop', '-t', '1', id)),
  },
  {
    name: 'docker rm -f',
    weight: 6,
    kills: true,
    run: (cage) => onBox(cage, (id) => docker('rm', '-f', id)),
  },
  {
    name: 'docker restart',
    weight: 4,
    kills: true,
    run: (cage) => onBox(cage, (id) => docker('restart', '-t', '1', id)),
  },
  { name: 'freeze a native server', weight: 6, kills: false, run: freezeNative },
  { name: 'docker pause', weight: 6, kills: false, run: freezeBox },
  {
    name: 'edit an entry',
    weight: 12,
    kills: false,
    run: async (cage) => cage.edit(anyServer(cage), 'some'),
  },
  { name: 'take an entry out and put it back', weight: 3, kills: false, run: dropAndRestore },
  { name: 'save a broken file', weight: 3, kills: false, run: breakFile },
  { name: 'hive restart', weight: 5, kills: true, run: restart },
  { name: 'half a request', weight: 4, kills: false, run: halfRequest },
  { name: 'a reader that never reads', weight: 3, kills: false, run: neverReads },
  { name: 'sessions that are opened and abandoned', weight: 2, kills: false, run: abandonSessions },
  { name: 'fill the scratch space of a container', weight: 2, kills: false, run: fillScratch },
  {
    name: 'fill the disk under the state of Hive, and edit',
    weight: 3,
    kills: false,
    fits: ({ disk }) => disk !== undefined,
    run: fillState,
  },
  { name: 'docker network disconnect', weight: 5, kills: false, fits: onMachine, run: disconnect },
  {
    name: 'edit a Dockerfile',
    weight: 3,
    kills: false,
    fits: onMachine,
    run: async (cage) => cage.editDockerfile(),
  },
  { name: 'kill -9 the engine', weight: 12, kills: true, fits: hasEngine, run: killEngine },
  { name: 'freeze the engine', weight: 5, kills: false, fits: hasEngine, run: freezeEngine },
  { name: 'kill -9 the gateway', weight: 3, kills: true, run: killGateway },
  { name: 'kill -9 the gateway in a reload', weight: 3, kills: true, run: killInReload },
  { name: 'kill -9 the gateway in a build', weight: 2, kills: true, fits: onMachine, run: killInBuild },
  { name: 'stop the gateway and start it again', weight: 1, kills: true, run: stopGateway },
];

export function pickDeed(cage: Cage): Deed {
  const fitting = DEEDS.filter(({ fits = () => true }) => fits(cage));
  const total = fitting.reduce((sum, { weight }) => sum + weight, 0);
  let left = cage.random.next() * total;
  for (const deed of fitting) {
    left -= deed.weight;
    if (left < 0) return deed;
  }
  return DEEDS[0] as Deed;
}

function onMachine({ where }: Cage): boolean {
  return where === 'machine';
}

function hasEngine({ engine }: Cage): boolean {
  return engine !== undefined;
}

const anyServer = ({ random, natives, boxes }: Cage): string => random.pick([...natives, ...boxes]);

async function nativePid({ random, natives, gateway }: Cage): Promise<number | undefined> {
  const name = random.pick(natives);
  const { servers } = await gateway().control.status();
  return servers.find(({ serverName }) => serverName === name)?.pid;
}

async function signalNative(cage: Cage, signal: NodeJS.Signals): Promise<boolean> {
  const pid = await nativePid(cage);
  return pid !== undefined && sendSignal(pid, signal);
}

async function freezeNative(cage: Cage): Promise<void> {
  const pid = await nativePid(cage);
  if (!pid) return;
  sendSignal(pid, 'SIGSTOP');
  await delay(cage.random.between(300, 4_000));
  sendSignal(pid, 'SIGCONT');
}

function sendSignal(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // The process ended first.
    return false;
  }
}

async function onBox(
  { stack, random }: Cage,
  run: (containerId: string) => Promise<{ exitCode?: number | undefined }>,
): Promise<boolean> {
  const ids = [...(await stack.containers()).values()];
  return ids.length > 0 && (await run(random.pick(ids))).exitCode === 0;
}

function freezeBox(cage: Cage): Promise<boolean> {
  return onBox(cage, async (id) => {
    await docker('pause', id);
    await delay(cage.random.between(300, 4_000));
    const undone = await docker('unpause', id);
    // An engine that pauses a container while an exec starts deadlocks: it waits for a process that it has frozen.
    if (undone.exitCode !== 0) thaw(id);
    return undone;
  });
}

async function dropAndRestore(cage: Cage): Promise<void> {
  cage.edit(anyServer(cage), 'drop');
  await delay(cage.random.between(100, 3_000));
  cage.restore();
}

async function breakFile(cage: Cage): Promise<void> {
  writeFileSync(cage.stack.file, 'servers:\n  - "half a\n');
  await delay(cage.random.between(100, 1_500));
  cage.restore();
}

async function restart(cage: Cage): Promise<void> {
  await cage.gateway().control.restart(anyServer(cage));
}

/** Headers that announce more bytes than are sent. */
async function halfRequest({ gateway, random }: Cage): Promise<void> {
  const socket = connectTo(gateway().url);
  socket.write(
    'POST /mcp HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"jso',
  );
  await delay(random.between(10, 1_000));
  socket.destroy();
}

async function neverReads({ gateway, random }: Cage): Promise<void> {
  const socket = connectTo(gateway().url);
  socket.pause();
  socket.write('GET /metrics HTTP/1.1\r\nhost: localhost\r\n\r\n'.repeat(50));
  await delay(random.between(100, 2_000));
  socket.destroy();
}

function connectTo(url: string) {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => {});
}

async function killGateway(cage: Cage): Promise<void> {
  cage.gateway().child.kill('SIGKILL');
  await cage.renew();
}

async function stopGateway(cage: Cage): Promise<void> {
  cage.gateway().child.kill('SIGTERM');
  await cage.renew();
}

async function killInReload(cage: Cage): Promise<void> {
  cage.edit(anyServer(cage), 'some');
  await delay(cage.random.between(0, 1_500));
  await killGateway(cage);
}

async function killInBuild(cage: Cage): Promise<void> {
  cage.editDockerfile();
  await delay(cage.random.between(300, 3_000));
  await killGateway(cage);
}

async function killEngine({ engine, random }: Cage): Promise<void> {
  await engine?.kill();
  await delay(random.between(100, 5_000));
  await engine?.start();
}

async function freezeEngine({ engine, random }: Cage): Promise<void> {
  engine?.freeze();
  await delay(random.between(300, 15_000));
  engine?.thaw();
}

/** Disconnects a container from its network for a while. */
async function disconnect({ stack, random }: Cage): Promise<boolean> {
  const id = (await stack.containers()).get('web');
  if (!id) return false;
  const { stdout } = await docker(
    'inspect',
    '-f',
    '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}} {{end}}',
    id,
  );
  const network = stdout.trim().split(' ')[0];
  if (!network) return false;
  await docker('network', 'disconnect', '-f', network, id);
  await delay(random.between(500, 6_000));
  await docker('network', 'connect', network, id);
  return true;
}

async function fillScratch(cage: Cage): Promise<boolean> {
  return onBox(cage, (id) =>
    docker('exec', '-u', '0', id, 'sh', '-c', 'cat /dev/zero > /scratch/full; rm /scratch/full'),
  );
}

async function fillState(cage: Cage): Promise<void> {
  cage.disk?.fill();
  cage.edit(anyServer(cage), 'some');
  await delay(cage.random.between(300, 2_000));
  cage.disk?.free();
  cage.restore();
}

async function abandonSessions({ gateway }: Cage): Promise<void> {
  const params = {
    protocolVersion: '2025-06-18',
    capabilities: {},
    clientInfo: { name: 'rude', version: '1' },
  };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
  const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
  const open = () =>
    fetch(gateway().url, { method: 'POST', headers, body, signal: AbortSignal.timeout(20_000) });
  await Promise.allSettled(Array.from({ length: 50 }, open));
}
