/** `registry_remove`: removes a server that was added. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import { dropUnused } from './add.ts';
import { findActive } from './facts/find.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';

const input = z.strictObject({
  entry_id: z
    .string()
    .describe('id of the entry, or name of the server, as in registry_list {"active":true}'),
});

const output = z.object({
  removed: z.array(z.string()).describe('names of servers'),
  entry: z.string(),
  title: z.string(),
});

export const registryRemove = (source: RegistrySource, _own: OwnEntry): Operation =>
  operation({
    name: 'registry_remove',
    title: 'Remove a server',
    summary:
      'Removes a server that registry_add has added, after calls under way have finished. Its volumes stay.',
    effect: 'destroy',
    input,
    output,
    async run({ entry_id }) {
      const { serverName, facts } = findActive(source, entry_id);
      const { entries } = await source.library.open();
      const title = entries.find(({ id }) => id === facts.source)?.title ?? facts.source;
      const removed = [...(await source.added.remove([serverName]))];
      dropUnused(source);
      return { removed, entry: facts.source, title };
    },
    text: ({ title, removed }) =>
      `Successfully deactivated: ${title}\n\n**Server:** ${removed.join(', ') || 'was gone already'}`,
  });
