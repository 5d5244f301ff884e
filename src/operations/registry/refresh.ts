/** `registry_refresh`: reads the sources of the catalogue again. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import { operation } from '../operation.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';

const input = z.strictObject({ source: z.string().optional().describe('only this one; by default all') });

const output = z.object({
  sources: z.array(
    z.object({
      source: z.string(),
      entries: z.int(),
      added: z.int(),
      removed: z.int(),
      unreadable: z.int().describe('entries that could not be read'),
      error: z.string().optional().describe('why the source stays as it was'),
    }),
  ),
});

export const registryRefresh = (source: RegistrySource, _own: OwnEntry): Operation =>
  operation({
    name: 'registry_refresh',
    title: 'Refresh the catalogue',
    summary:
      'Reads the sources of the catalogue again. Uses the network only for sources that the file names.',
    effect: 'change',
    isOpenWorld: true,
    input,
    output,
    async run({ source: only }, { signal }) {
      const all = await source.library.refresh(only, signal);
      return { sources: all.map(({ unreadable, ...it }) => ({ ...it, unreadable: unreadable.length })) };
    },
    text: ({ sources }) =>
      sources
        .map(({ source: name, entries, added, removed, error }) =>
          error === undefined
            ? `${name}: ${entries} entries, ${added} new, ${removed} gone`
            : `${name}: stays as it was, with ${entries} entries: ${error}`,
        )
        .join('\n'),
  });
