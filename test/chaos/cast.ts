/** The servers of a chaos run, and the edits of their entries. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { container, native } from '../helpers/hive.ts';
import type { Random } from './random.ts';

export type Entry = Record<string, unknown>;
export type Cast = Record<string, Entry>;

/** Engine of the containers: the machine's, or one of the run's own, which may be killed and has no networks. */
export type Where = 'machine' | 'own';

const SCRATCH = { tmpfs: ['/scratch:size=1m'] };

/** Servers of every kind; native ones have `marker` among their arguments. */
export function castOf(where: Where, folder: string, marker: string): Cast {
  const box = { ...container('witness'), ...SCRATCH, ...(where === 'own' ? { network: 'none' } : {}) };
  const natives = {
    proc: native('witness', marker),
    own: { ...native('witness', marker), isolation: 'session' },
  };
  const boxes = { box, execd: { ...box, link: 'exec' }, ownbox: { ...box, isolation: 'session' } };
  if (where === 'own') return { ...natives, ...boxes };
  writeDockerfile(folder, 0);
  const { image: _image, ...made } = { ...box, dockerfile: 'Dockerfile' } as Entry;
  return {
    ...natives,
    ...boxes,
    web: { ...box, command: ['node', '/servers/witness.mjs', '3000'], transport: 'http', port: 3000 },
    made,
  };
}

/** A different revision gives a different image. */
export function writeDockerfile(folder: string, revision: number): void {
  const text = `FROM node:24-slim\nRUN echo ${revision} > /revision && sleep 1\nUSER 1000:1000\n`;
  writeFileSync(join(folder, 'Dockerfile'), text);
}

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
  { fits: () => true, change: (_entry, revision) => ({ env: { REVISION: String(revision) } }) },
  { fits: () => true, change: (_entry, revision) => ({ timeouts: { call: `${9 + (revision % 3)}s` } }) },
  { fits: () => true, change: (_entry, revision) => ({ maxInFlight: 500 + revision }) },
  { fits: () => true, change: (_entry, revision) => ({ tools: { deny: [`none_${revision}`] } }) },
  { fits: isBox, change: ({ memory }) => ({ memory: toggled(memory, '300m', '400m') }) },
  { fits: isBox, change: ({ readOnly }) => ({ readOnly: readOnly !== true }) },
  { fits: isStdioBox, change: ({ network }) => ({ network: toggled(network, 'none', 'isolated') }) },
  {
    fits: (entry) => isStdioBox(entry) && entry.isolation === undefined,
    change: (_entry, revision) => ({ link: LINKS[revision % LINKS.length] }),
  },
  {
    fits: (entry) => entry.isolation !== 'session' && entry.transport !== 'http',
    change: ({ isolation }) => ({ isolation: toggled(isolation, 'call', 'shared') }),
  },
];

/** The entry after a random edit that applies to it. */
export function edited(entry: Entry, where: Where, random: Random, revision: number): Entry {
  const fitting = EDITS.filter(({ fits }) => fits(entry));
  const change = random.pick(fitting).change(entry, revision);
  // The run's own engine has no networks.
  return where === 'own' && 'network' in change ? { ...entry, maxInFlight: 500 } : { ...entry, ...change };
}
