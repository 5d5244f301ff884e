/** Keys of an entry under `servers` that Hive serves itself. Strict: any other key is an error. */
import { z } from 'zod';
import { REVIEWS } from '../../model/access/builtin-keys.ts';
import { ROLES } from '../../model/access/role.ts';
import type { BuiltinServer } from '../../model/desired.ts';
import { PREFIX } from '../../model/text/grammar.ts';
import { memory, pattern } from './values.ts';
import { timeouts, view } from './view.ts';

/**
 * A built-in server runs as long as the gateway does, once for all clients: `start` and `isolation` do not
 * apply.
 */
const { start: _start, isolation: _isolation, ...sharedView } = view;

const common = {
  type: z.literal('builtin').describe('Served by Hive itself; may be left out beside `use`.').optional(),
  ...sharedView,
  prefix: pattern(PREFIX, 'must be letters, digits, _ and -')
    .describe('Text before the names of tools and prompts: PREFIX_TOOL; none by default.')
    .optional(),
  role: z
    .enum(ROLES)
    .describe('Highest role that callers have at this server: read, use, operate (the default) or admin.')
    .optional(),
  timeouts: timeouts
    .omit({ idle: true })
    .describe('How long to wait for this server: `{ call: 5m }`.')
    .optional(),
};

const gateway = z
  .strictObject({
    use: z
      .literal('gateway')
      .describe('Tools that list the servers with their state and reasons, and read a server’s log.'),
    ...common,
  })
  .meta({
    id: 'builtin-gateway',
    description: 'Hive’s own read-only tools about the gateway and its servers.',
  });

/** What the entry grants to clients, for built-ins that change what runs. */

/** Folders of this machine that clients may mount into containers. */
const hostPaths = z
  .array(z.string().min(1))
  .describe('Folders that clients may mount, relative to this file: [./data]; none by default.')
  .optional();

const max = z.strictObject({
  cpus: z.number().positive().describe('Most CPUs of one server: 2.').optional(),
  memory: memory.describe('Most memory of one server: 2g.').optional(),
  pids: z.int().positive().describe('Most processes and threads of one server: 256.').optional(),
  servers: z.int().positive().describe('Most servers that clients have added at one time: 20.').optional(),
});

const manager = z
  .strictObject({
    use: z
      .literal('manager')
      .describe('Tools that create, watch, stop and remove servers in containers while the gateway runs.'),
    ...common,
    hostPaths,
    max: max.describe('Limits of what clients create; larger wishes get these: { cpus: 2 }.').optional(),
    templates: z
      .string()
      .min(1)
      .describe('Folder with templates of your own, NAME/VERSION.yaml, relative to this file.')
      .optional(),
  })
  .meta({
    id: 'builtin-manager',
    description: 'Tools that create and manage servers in containers while the gateway runs.',
  });

const entries = z.array(z.string().min(1)).optional();

const registry = z
  .strictObject({
    use: z
      .literal('registry')
      .describe('Tools that find servers in the catalogue, add, use and remove them.'),
    ...common,
    allow: entries.describe('Ids or * patterns of entries that may be added; all by default: ["hive/*"].'),
    deny: entries.describe('Ids or * patterns of entries that may not be added; comes before `allow`.'),
    maxAdded: z.int().positive().describe('Most added servers at one time: 20 by default.').optional(),
    native: z
      .boolean()
      .describe('Whether packages may run as processes of this machine; false by default.')
      .optional(),
    review: z
      .enum(REVIEWS)
      .describe('none (the default), ask: the client’s user agrees to each, hold: until the owner approves.')
      .optional(),
    hostPaths,
  })
  .meta({
    id: 'builtin-registry',
    description: 'Tools that add servers of the catalogue while the gateway runs.',
  });

/** Schema of each built-in by its `use`. */
export const BUILTIN_SCHEMAS = {
  gateway,
  manager,
  registry,
} as const satisfies Record<BuiltinServer['use'], z.ZodObject>;

/** Accepts any entry whose `use` names a built-in server; its issues list the names. */
const anyBuiltin = z.looseObject({ use: z.enum(Object.keys(BUILTIN_SCHEMAS) as BuiltinServer['use'][]) });

/**
 * The schema that checks a built-in entry, chosen by its `use`. An unknown `use` gets a schema that checks
 * only that key.
 */
export function builtinSchema({ use }: Record<string, unknown>): z.ZodObject {
  const schemas: Readonly<Record<string, z.ZodObject>> = BUILTIN_SCHEMAS;
  return (typeof use === 'string' && Object.hasOwn(schemas, use) ? schemas[use] : undefined) ?? anyBuiltin;
}

export type BuiltinInput = z.output<(typeof BUILTIN_SCHEMAS)[BuiltinServer['use']]>;
