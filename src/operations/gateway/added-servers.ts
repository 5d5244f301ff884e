/** `server_add`, `server_remove` and `added_list`: servers beside those of the file, for own commands. */
import { z } from 'zod';
import type { AddedServer, AddedServers } from '../../model/added/added.ts';
import { defined } from '../../model/collections/defined.ts';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';

export interface AddedSource {
  readonly added: () => AddedServers;
}

/** Longest wait for a server: building its image may take minutes. */
const MAX_WAIT_SECONDS = 3_600;

const anyRecord = z.record(z.string(), z.unknown());

const facts = z.object({
  source: z.string().describe('of the catalogue or the templates'),
  sha256: z.string().optional(),
  parameters: anyRecord,
  by: z.string(),
  since: z.string(),
});

const addedServer = z.object({ name: z.string(), entry: anyRecord, facts });

export const addedOperations = (source: AddedSource): readonly Operation[] => [
  serverAdd(source),
  serverRemove(source),
  addedList(source),
];

const serverAdd = ({ added }: AddedSource): Operation =>
  operation({
    name: 'server_add',
    title: 'Add a server',
    summary:
      'Adds a server to those of the file, or changes one that was added. What fails to start is taken back.',
    effect: 'change',
    role: 'admin',
    input: addedServer.extend({
      waitSeconds: z.number().min(0).max(MAX_WAIT_SECONDS).default(MAX_WAIT_SECONDS),
      dryRun: z.boolean().default(false).describe('only the plan'),
    }),
    output: z.object({ name: z.string(), state: z.enum(['ready', 'starting', 'planned']), plan: z.string() }),
    async run({ waitSeconds, dryRun, ...given }, { signal, progress }) {
      const server = fromRow(given);
      const { name } = given;
      if (dryRun) return { name, state: 'planned' as const, plan: await added().plan(server) };
      const state = await added().put(server, { signal, progress, waitMs: waitSeconds * 1_000 });
      return { name, state, plan: '' };
    },
    text: ({ name, state, plan }) => (state === 'planned' ? plan : `${name} is ${state}`),
  });

const serverRemove = ({ added }: AddedSource): Operation =>
  operation({
    name: 'server_remove',
    title: 'Remove added servers',
    summary:
      'Removes servers that were added, after calls under way have finished. Entries of the file stay.',
    effect: 'destroy',
    role: 'admin',
    input: z.object({
      servers: z.array(z.string()).min(1).max(500),
      volumes: z.boolean().default(false).describe('with the data that no other server uses'),
    }),
    output: z.object({ removed: z.array(z.string()) }),
    run: async ({ servers, volumes }) => ({ removed: [...(await added().remove(servers, { volumes }))] }),
    text: ({ removed }) => `removed ${removed.join(', ') || 'none'}`,
  });

const addedList = ({ added }: AddedSource): Operation =>
  operation({
    name: 'added_list',
    title: 'List added servers',
    summary: 'Lists the servers that were added, with their entries and how those were made.',
    effect: 'read',
    role: 'admin',
    input: z.strictObject({}),
    output: z.object({ servers: z.array(addedServer) }),
    run: () => ({ servers: added().all().map(toRow) }),
    text: ({ servers }) => servers.map(({ name, facts: { source } }) => `${name}: ${source}`).join('\n'),
  });

function fromRow({ name, entry, facts: { sha256, ...rest } }: z.output<typeof addedServer>): AddedServer {
  return { serverName: name, entry, facts: { ...rest, ...defined({ sha256 }) } };
}

const toRow = ({ serverName: name, entry, facts: all }: AddedServer): z.output<typeof addedServer> => ({
  name,
  entry: { ...entry },
  facts: { ...all, parameters: { ...all.parameters } },
});
