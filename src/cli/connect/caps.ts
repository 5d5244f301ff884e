/** How many tools connected clients pass on to their models, beside how many this gateway offers to each. */
import { existsSync } from 'node:fs';
import { CLIENTS } from '../../clients/clients.ts';
import { type Part, reachedBy } from '../../clients/connection.ts';
import type { Client } from '../../clients/data/client.ts';
import { pathsOf, readEntries, thisMachine } from './survey.ts';

/** An entry of a client that leads to this gateway. */
export interface Connection extends Part {
  readonly client: Client;
  readonly path: string;
  /** Name of the entry. */
  readonly entry: string;
}

/** As `hive tools --json` prints it. */
export interface ClientCap {
  readonly client: string;
  readonly title: string;
  readonly file: string;
  readonly connectedAs: string;
  readonly server: string | null;
  readonly view: string | null;
  /** Null for a client without a known limit. */
  readonly maxTools: number | null;
  /** Offered to this client; null for a view that there is not. */
  readonly tools: number | null;
  readonly isOver: boolean;
}

/** Entries in the user's own files and in those of this folder. Files that cannot be read count as empty. */
export function connections(
  gateway: { readonly url: string; readonly file: string },
  clients: readonly Client[] = CLIENTS,
): Connection[] {
  const machine = thisMachine();
  return clients.flatMap((client) => {
    const paths = [...pathsOf(client, false, machine), ...pathsOf(client, true, machine)];
    return [...new Set(paths)].filter((path) => existsSync(path)).flatMap((path) => inFile(client, path));
  });

  function inFile(client: Client, path: string): Connection[] {
    return entriesOrNone(client, path).flatMap(([entry, value]) => {
      const part = reachedBy(value, gateway);
      return part === undefined ? [] : [{ client, path, entry, ...part }];
    });
  }
}

function entriesOrNone(client: Client, path: string): ReturnType<typeof readEntries> {
  try {
    return readEntries(client, path);
  } catch {
    // `hive clients` says why.
    return [];
  }
}

/** @param countOf tools of the whole gateway, of a server or of a view; undefined if there is none */
export async function capsOf(
  found: readonly Connection[],
  countOf: (part: Part) => Promise<number | undefined>,
): Promise<ClientCap[]> {
  return Promise.all(
    found.map(async ({ client, path, entry, serverName, viewName }) => {
      const tools = await countOf({ serverName, viewName });
      return {
        client: client.id,
        title: client.title,
        file: path,
        connectedAs: entry,
        server: serverName ?? null,
        view: viewName ?? null,
        maxTools: client.maxTools ?? null,
        tools: tools ?? null,
        isOver: (tools ?? 0) > (client.maxTools ?? Number.POSITIVE_INFINITY),
      };
    }),
  );
}

/** One line, with what to type. */
export function describeCap({ client, title, server, view, maxTools, tools }: ClientCap): string {
  const what = `${title} passes on ${maxTools} of the ${tools} tools`;
  if (server !== null) return `${what} of ${server}: choose them with tools: { allow: […] } in its entry`;
  const limit = (name: string): string => `views: { ${name}: { limit: ${maxTools} } }`;
  if (view !== null) return `${what} of its view: write ${limit(view)}, or tools: { allow: […] } in the view`;
  const connect = `npx hive connect ${client} --view ${client}`;
  return `${what}: write ${limit(client)}, then ${connect}; or choose with tools: { allow: […] }`;
}
