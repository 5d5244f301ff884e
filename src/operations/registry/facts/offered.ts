/** The tools that an added server offers now, as callers see them. */
import type { Caller } from '../../../model/caller.ts';
import type { CatalogView } from '../../../model/catalog.ts';
import type { Clock } from '../../../model/clock.ts';
import type { ServerStatus } from '../../../model/status.ts';
import type { RegistrySource } from './source.ts';

export interface OfferedTool {
  readonly name: string;
  /** Of its definition. */
  readonly bytes: number;
}

/** How long a catalog may take to show what a server has listed. */
const SHOWN_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 20;

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

/** A server is ready before the catalog has its lists: waits for them, in short steps. */
export async function untilShown(
  source: Pick<RegistrySource, 'catalog' | 'clock' | 'status'>,
  serverName: string,
): Promise<ServerStatus | undefined> {
  const find = () => source.status().servers.find((it) => it.serverName === serverName);
  for (let waited = 0; waited < SHOWN_WITHIN_MS; waited += LOOK_EVERY_MS) {
    const status = find();
    if (status === undefined || status.state === 'failed') return status;
    const { all, byServer } = source.catalog.current();
    const isShown = byServer.has(serverName) && all.servers.includes(serverName);
    if (isShown || status.counts.tools === 0) return status;
    await pause(source.clock, LOOK_EVERY_MS);
  }
  return find();
}

const pause = (clock: Clock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.setTimeout(resolve, ms);
  });
