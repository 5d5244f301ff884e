/** The servers of a chaos run, and the edits of their entries. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { container, native } from '../helpers/hive.ts';
import type { Abilities } from './clients/client.ts';
import type { Random } from './random.ts';

export type Entry = Record<string, unknown>;
export type Cast = Record<string, Entry>;

/**
 * Engine of the containers: the machine's; or one of the run's own, which may be killed and has no networks; or `none`, without
 * containers.
 */
export type Where = 'machine' | 'own' | 'none';

const SCRATCH = { tmpfs: ['/scratch:size=1m'] };

export interface CastOptions {
  readonly where: Where;
  readonly folder: string;
  /** Native servers have it among their arguments, and once more followed by their name. */
  readonly marker: string;
  /** URL of a server that is none of Hive's. */
  readonly farUrl: string;
}

/** Servers of every kind and era. */
export function castOf({ where, folder, marker, farUrl }: CastOptions): Cast {
  const process = (name: string, ...words: string[]): Entry =>
    native('witness', ...words, marker, wordOf(marker, name), name);
  const natives = {
    proc: process('proc'),
    own: { ...process('own'), isolation: 'session' },
    modern: process('modern', 'modern'),
    each: { ...process('each'), isolation: 'shared' },
    far: { type: 'remote', url: farUrl },
  };
  return where === 'none' ? natives : { ...natives, ...boxesOf(where, folder) };
}

/** The word among the arguments of a native server that no other has. */
export const wordOf = (marker: string, name: string): string => `${marker}-${name}`;

function boxesOf(where: Where, folder: string): Cast {
  const box = (name: string): Entry => ({
    ...container('witness', name),
    ...SCRATCH,
    ...(where === 'own' ? { network: 'none' } : {}),
  });
  const boxes = {
    box: box('box'),
    execd: { ...box('execd'), link: 'exec' },
    ownbox: { ...box('ownbox'), isolation: 'session' },
  };
  if (where === 'own') return boxes;
  writeDockerfile(folder, 0);
  const { image: _image, ...made } = { ...box('made'), dockerfile: 'Dockerfile' } as Entry;
  const command = ['node', '/servers/witness.mjs', '3000'];
  return { ...boxes, web: { ...box('web'), command, transport: 'http', port: 3000 }, made };
}

/** What clients can do with the servers. */
export function abilitiesOf(cast: Cast): Abilities {
  const all = Object.keys(cast);
  // A shared process over stdio does not say which client it asks, and an exec of one's own hears no others.
  const shared = all.filter((name) => !['own', 'ownbox', 'each', 'far', 'web'].includes(name));
  return {
    all,
    asking: all.filter((name) => ['own', 'ownbox', 'modern', 'far', 'web'].includes(name)),
    // Tasks of the two eras cannot be translated into each other.
    tasks: { legacy: shared.filter((name) => name !== 'modern'), modern: ['modern'] },
    shared,
  };
}

/** A different revision gives a different image. */
export function writeDockerfile(folder: string, revision: number): void {
  const text = `FROM node:24-slim\nRUN echo ${revision} > /revision && sleep 1\nUSER 1000:1000\n`;
  writeFileSync(join(folder, 'Dockerfile'), text);
}

const isHere = ({ type }: Entry): boolean => type !== 'remote';
const isBox = ({ type }: Entry): boolean => type === 'container';
const isStdioBox = (entry: Entry): boolean => isBox(entry) && entry.transport !== 'http';
const toggled = <T>(now: unknown, one: T, other: T): T => (now === one ? other : one);

const LINKS = ['auto', 'pipe', 'attach', 'exec'];

interface Edit {
  readonly fits: (entry: Entry) => boolean;
  readonly change: (entry: Entry, revision: number) => Entry;
}

/** Every kind of edit: to the process itself, to its view for clients, to where and how it runs. */
const EDITS: readonly Edit[] = [
  { fits: isHere, change: (_entry, revision) => ({ env: { REVISION: String(revision) } }) },
  { fits: () => true, change: (_entry, revision) => ({ timeouts: { call: `${19 + (revision % 3)}s` } }) },
  { fits: () => true, change: (_entry, revision) => ({ maxInFlight: 500 + revision }) },
  { fits: () => true, change: (_entry, revision) => ({ tools: { deny: [`none_${revision}`] } }) },
  // Only there: under `call`, tasks and subscriptions end with their call.
  {
    fits: ({ isolation }) => isolation === 'shared' || isolation === 'call',
    change: ({ isolation }) => ({ isolation: toggled(isolation, 'call', 'shared') }),
  },
  { fits: isBox, change: ({ memory }) => ({ memory: toggled(memory, '600m', '700m') }) },
  { fits: isBox, change: ({ readOnly }) => ({ readOnly: readOnly !== true }) },
  { fits: isStdioBox, change: ({ network }) => ({ network: toggled(network, 'none', 'isolated') }) },
  {
    fits: (entry) => isStdioBox(entry) && entry.isolation === undefined,
    change: (_entry, revision) => ({ link: LINKS[revision % LINKS.length] }),
  },
];

/** The entry after a random edit that applies to it. */
export function edited(entry: Entry, where: Where, random: Random, revision: number): Entry {
  const fitting = EDITS.filter(({ fits }) => fits(entry));
  const change = random.pick(fitting).change(entry, revision);
  // The run's own engine has no networks.
  return where === 'own' && 'network' in change ? { ...entry, maxInFlight: 500 } : { ...entry, ...change };
}
