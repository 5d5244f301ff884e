import { dirname } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { ContainerServer } from '../../model/desired.ts';
import { LINK_LABEL, VALUES_LABEL } from '../../model/labels.ts';
import { escapeForCompose } from '../../model/references.ts';
import { INSIDE } from '../links/container/fifos.ts';
import { wrapper } from '../links/container/pipe.ts';
import { writeWhole } from '../memory/write-whole.ts';

export interface OverrideEntry {
  readonly server: ContainerServer;
  readonly values: string | undefined;
}

/** How a container of a stdio server is made: `words` are what the image or the config would have it run, as Compose reads them. */
export type MadeLink =
  | { readonly kind: 'attach' | 'exec' }
  | { readonly kind: 'pipe'; readonly folder: string; readonly words: readonly string[] };

/**
 * The Compose override with what is known only here and now: the digest of secret values, and how each container is to be
 * reached. The compiled file stays neutral.
 */
export interface Override {
  /** Exactly these servers from now on. */
  declare(entries: readonly OverrideEntry[]): void;
  /** For the next container of the server that compose makes. */
  link(serverName: string, link: MadeLink): void;
}

export function createOverride(path: string): Override {
  const links = new Map<string, MadeLink>();
  let entries: readonly OverrideEntry[] = [];
  const write = (): void => writeOverride(path, renderOverride(entries, links));
  return {
    declare(next) {
      entries = next;
      const names = new Set(next.map(({ server }) => server.serverName));
      for (const name of links.keys()) if (!names.has(name)) links.delete(name);
      write();
    },
    link(serverName, link) {
      links.set(serverName, link);
      write();
    },
  };
}

function renderOverride(entries: readonly OverrideEntry[], links: ReadonlyMap<string, MadeLink>): string {
  const services = entries.flatMap(({ server, values }) => {
    const link = links.get(server.serverName);
    const labels = {
      ...(values === undefined ? {} : { [VALUES_LABEL]: values }),
      ...(link ? { [LINK_LABEL]: link.kind } : {}),
    };
    const service = { ...(Object.keys(labels).length > 0 ? { labels } : {}), ...(link ? linked(link) : {}) };
    return Object.keys(service).length === 0 ? [] : [[server.serverName, service] as const];
  });
  return yamlText({ services: Object.fromEntries(services) });
}

/** JSON is YAML, but for characters at which Compose's parser breaks lines, or which it drops. */
function yamlText(value: object): string {
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u00a0\u2028\u2029\ufeff]/g, escaped)}\n`;
}

/** An exec link needs a main process that idles; a pipe wraps the real one. */
function linked(link: MadeLink): object {
  if (link.kind !== 'pipe')
    return link.kind === 'attach' ? {} : { entrypoint: ['sleep', 'infinity'], command: [] };
  const source = link.folder.replaceAll('$', '$$$$');
  const mount = { type: 'bind', source, target: INSIDE, read_only: true, bind: { create_host_path: false } };
  return { entrypoint: wrapper.map(escapeForCompose), command: link.words, volumes: [mount] };
}

/** @throws GatewayError CREATE_FAILED when its disk is full, or the like */
function writeOverride(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (cause) {
    throw new GatewayError('CREATE_FAILED', `${path} cannot be written: ${(cause as Error).message}`, {
      hint: `see that there is room in ${dirname(path)}, then save the config again`,
      cause,
    });
  }
}
