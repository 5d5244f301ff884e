/** Finds what a chaos run left behind. */
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { pidsOf } from '../../helpers/processes.ts';
import { wordOf } from '../cast.ts';
import type { World } from '../world.ts';

const GOING_MS = 90_000;

/** Every shared native server must have one process. Replaced ones end after their drain time. */
export async function countProcesses({ base, natives, marker }: World): Promise<string[]> {
  const shared = natives.filter((name) => base[name]?.isolation !== 'session');
  const counts = () => shared.map((name) => [name, pidsOf(wordOf(marker, name)).length] as const);
  const wrong = await untilNone(() => counts().filter(([, count]) => count !== 1));
  return wrong.map(([name, count]) => `${count} processes of ${name} instead of 1 before down`);
}

export async function extraContainers({ stack, boxes }: World): Promise<string[]> {
  const count = async () => (await ask('ps', '-aq', '--filter', `label=mcp.stack=${stack.name}`)).length;
  const wrong = await untilNone(async () => [await count()].filter((it) => it !== boxes.length));
  return wrong.map((it) => `${it} containers instead of ${boxes.length} before down`);
}

async function untilNone<T>(find: () => T[] | Promise<T[]>): Promise<T[]> {
  let found = await find();
  for (const until = Date.now() + GOING_MS; found.length > 0 && Date.now() < until; found = await find())
    await delay(500);
  return found;
}

/** Everything left of a stack after `down`: containers, networks, volumes, processes, sockets and FIFOs. */
export async function findLeftovers({ stack, where, natives, marker }: World): Promise<string[]> {
  const label = ['--filter', `label=com.docker.compose.project=${stack.name}`];
  const has = where !== 'none';
  const containers = has ? await ask('ps', '-aq', '--filter', `label=mcp.stack=${stack.name}`) : [];
  const networks = has ? await ask('network', 'ls', '-q', ...label) : [];
  const volumes = has ? await ask('volume', 'ls', '-q', ...label) : [];
  const special = filesIn(stack.folder).filter((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat?.isSocket() || stat?.isFIFO();
  });
  return [
    ...containers.map((id) => `container ${id}`),
    ...networks.map((id) => `network ${id}`),
    ...volumes.map((id) => `volume ${id}`),
    ...natives.flatMap((name) => pidsOf(wordOf(marker, name)).map((pid) => `process ${pid} of ${name}`)),
    ...special.map((path) => `file ${path}`),
  ];
}

/** Files in the gateway's temporary folder, and drafts beside those that it writes. */
export function temporaryFiles({ stack, temporary }: World): string[] {
  const drafts = filesIn(stack.folder).filter((path) => /\.(new|tmp)\b/.test(path));
  return [...filesIn(temporary), ...drafts].map((path) => `temporary file ${path}`);
}

const filesIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));

async function ask(...args: string[]): Promise<string[]> {
  const { stdout } = await execa('docker', args);
  return stdout.split('\n').filter(Boolean);
}
