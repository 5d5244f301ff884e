/** Finds entries of the catalogue, and added servers, by what callers type. */

import type { Entry } from '../../../catalogue/entry/entry.ts';
import { entryNamed } from '../../../catalogue/named.ts';
import { GatewayError } from '../../../errors.ts';
import type { AddedServer } from '../../../model/added/added.ts';
import type { RegistrySource } from './source.ts';

/** @throws GatewayError ENTRY_UNKNOWN, with near misses */
export async function findEntry({ library }: Pick<RegistrySource, 'library'>, id: string): Promise<Entry> {
  const { entries, search } = await library.open();
  const found = entryNamed(id, entries, search);
  if (found.entry) return found.entry;
  throw new GatewayError('ENTRY_UNKNOWN', `the catalogue has no entry ${id}`, {
    hint: found.near.length > 0 ? `did you mean ${found.near.join(', ')}?` : 'registry_search finds entries',
  });
}

/** The added server with this name, or of this entry. @throws GatewayError NOT_ACTIVE */
export function findActive({ added }: Pick<RegistrySource, 'added'>, id: string): AddedServer {
  const all = added.all();
  const wanted = id.toLowerCase();
  const found =
    all.find(({ serverName }) => serverName === id) ??
    all.find(({ facts }) => facts.source.toLowerCase() === wanted) ??
    all.find(({ facts }) => facts.source.toLowerCase().endsWith(`/${wanted}`));
  if (found) return found;
  const names = all.map(({ serverName, facts }) => `${facts.source} (${serverName})`).join(', ');
  throw new GatewayError('NOT_ACTIVE', `${id} is not active: it was not added`, {
    hint: names === '' ? `registry_add adds it: {"entry_id":${JSON.stringify(id)}}` : `active: ${names}`,
  });
}
