/** The tools that an added server offers now, as callers see them. */
import type { Caller } from '../../../model/caller.ts';
import type { CatalogView } from '../../../model/catalog.ts';
import type { RegistrySource } from './source.ts';

export interface OfferedTool {
  readonly name: string;
  /** Of its definition. */
  readonly bytes: number;
}

/** What the caller sees: a named view, or all. */
export function viewOf({ catalog }: Pick<RegistrySource, 'catalog'>, { profile }: Caller): CatalogView {
  const named = profile === '' ? undefined : catalog.views.of(profile);
  return named ?? catalog.current().all;
}

/** In the order of the server's own list. */
export function offeredBy(view: CatalogView, serverName: string): OfferedTool[] {
  const { json, routes } = view.lists.tools;
  return (JSON.parse(json.toString()) as { readonly name: string }[])
    .filter(({ name }) => routes.get(name)?.serverName === serverName)
    .map((definition) => ({
      name: definition.name,
      bytes: Buffer.byteLength(JSON.stringify(definition)),
    }));
}
