/** Makes the Compose override: the parts of services that depend on this machine and this run. */
import type { ContainerServer } from '../../model/desired.ts';
import type { Engine } from '../../model/engine.ts';
import { LINK_LABEL, VALUES_LABEL } from '../../model/labels.ts';
import { escapeForCompose } from '../../model/references.ts';
import { FIFO_MOUNT } from '../links/container/fifos.ts';
import { PIPE_WRAPPER } from '../links/container/pipe.ts';
import type { Owner } from '../memory/owner.ts';

export interface OverrideEntry {
  readonly server: ContainerServer;
  readonly hash: string;
  /** Digest of the secret values; undefined if there are none. */
  readonly values: string | undefined;
}

/**
 * How a container of a stdio server is linked. `command` is what it would run without a pipe, escaped for
 * Compose.
 */
export type ContainerLink =
  | { readonly kind: 'attach' | 'exec' }
  | { readonly kind: 'pipe'; readonly folder: string; readonly command: readonly string[] };

/**
 * The Compose override. It holds the digests of secret values and how each container is linked, so that the
 * compiled file stays neutral.
 */
export interface Override {
  /** Replaces the list of servers. */
  declare(entries: readonly OverrideEntry[]): void;
  /** Sets the labels of the image that is built next for the server. */
  build(serverName: string, labels: Readonly<Record<string, string>>): void;
  /** Sets the link of the server's next container. */
  link(serverName: string, link: ContainerLink): void;
  /** Text of the override for some of the services. */
  render(services: ReadonlySet<string>): string;
}

export function createOverride(owner: Pick<Owner, 'labels'>, logging?: EngineLogging): Override {
  const links = new Map<string, ContainerLink>();
  const builds = new Map<string, Readonly<Record<string, string>>>();
  let entries: readonly OverrideEntry[] = [];
  return {
    declare(next) {
      entries = next;
      const names = new Set(next.map(({ server }) => server.serverName));
      for (const map of [links, builds])
        for (const name of map.keys()) if (!names.has(name)) map.delete(name);
    },
    build(serverName, labels) {
      builds.set(serverName, labels);
    },
    link(serverName, link) {
      links.set(serverName, link);
    },
    render: (services) =>
      renderOverride(
        entries.filter(({ server }) => services.has(server.serverName)),
        { links, builds, logging },
        owner,
      ),
  };
}

interface RunTimeParts {
  readonly links: ReadonlyMap<string, ContainerLink>;
  readonly builds: ReadonlyMap<string, Readonly<Record<string, string>>>;
  readonly logging: EngineLogging | undefined;
}

/** How the engine keeps the output of servers over HTTP, if not as the compiled file says. */
export type EngineLogging = Engine['logging'];

function renderOverride(
  entries: readonly OverrideEntry[],
  { links, builds, logging }: RunTimeParts,
  owner: Pick<Owner, 'labels'>,
): string {
  const services = entries.flatMap(({ server, hash, values }) => {
    const link = links.get(server.serverName);
    const labels = {
      ...escaped(owner.labels(server.serverName, hash)),
      ...(values === undefined ? {} : { [VALUES_LABEL]: values }),
      ...(link ? { [LINK_LABEL]: link.kind } : {}),
    };
    const built = server.build && builds.get(server.serverName);
    const service = {
      ...(built ? { build: { labels: escaped(built) } } : {}),
      ...(Object.keys(labels).length > 0 ? { labels } : {}),
      ...(link ? linkedService(link) : {}),
      ...loggingOf(server, logging),
    };
    return Object.keys(service).length === 0 ? [] : [[server.serverName, service] as const];
  });
  return yamlText({ services: Object.fromEntries(services) });
}

/** Output of servers over HTTP is the engine's to keep. */
const loggingOf = ({ transport }: OverrideEntry['server'], logging: EngineLogging): object =>
  logging && transport === 'http' ? { logging } : {};

/** Compose takes `$` in a label for a reference. */
const escaped = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.replaceAll('$', '$$$$')]));

/** JSON is YAML, except for characters that Compose's parser takes for line breaks or drops. */
function yamlText(value: object): string {
  const escaped = (character: string): string =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u00a0\u2028\u2029\ufeff]/g, escaped)}\n`;
}

/** An exec link needs a main process that idles; a pipe link wraps the server's own command. */
function linkedService(link: ContainerLink): object {
  if (link.kind !== 'pipe')
    return link.kind === 'attach' ? {} : { entrypoint: ['sleep', 'infinity'], command: [] };
  const source = link.folder.replaceAll('$', '$$$$');
  const bind = { create_host_path: false };
  const mount = { type: 'bind', source, target: FIFO_MOUNT, read_only: true, bind };
  return { entrypoint: PIPE_WRAPPER.map(escapeForCompose), command: link.command, volumes: [mount] };
}
