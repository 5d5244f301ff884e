/** Opens links to servers in containers. */
import { GatewayError } from '../../errors.ts';
import type { ComposeProject } from '../../model/composer.ts';
import type { ContainerServer, DiscoveredServer } from '../../model/desired.ts';
import type { ContainerFacts, Engine } from '../../model/engine.ts';
import type { Values } from '../../model/references.ts';
import { openContainer, openProcess, startByEngine } from '../containers/open-container.ts';
import type { Instance } from '../instances/instance.ts';
import { PipeError } from '../links/container/pipe-error.ts';
import type { Link, LinkEvents } from '../links/link.ts';

/**
 * Gives the instance another container, linked by attach.
 * @throws GatewayError if its entry asks for a pipe
 */
export type Relink = (instance: Instance, why: PipeError, signal: AbortSignal) => Promise<void>;

/** Facts about the server that are known before a link is opened. */
export interface Opening {
  /** The container must be stopped first, so that a fresh process serves. */
  readonly needsFreshProcess: boolean;
  /** The container as it was a moment ago. Absent: it is inspected. */
  readonly container?: ContainerFacts | undefined;
}

export interface ContainerLinks {
  inspect(instance: Instance): Promise<ContainerFacts | undefined>;
  open(
    instance: Instance,
    server: ContainerServer | DiscoveredServer,
    events: LinkEvents,
    opening: Opening,
    signal: AbortSignal,
  ): Promise<Link>;
  /**
   * Opens a link to a process of its own in the instance's container. Undefined unless that runs a stdio
   * server.
   */
  openProcess(instance: Instance, events: LinkEvents): Promise<Link> | undefined;
}

export interface ContainerLinksDeps {
  readonly engine: Engine | undefined;
  /** What Compose needs for these services. @throws GatewayError STATE_FAILED */
  readonly compose: (services: readonly string[]) => ComposeProject;
  readonly values: () => Values;
  readonly relink: Relink;
}

export function createContainerLinks(deps: ContainerLinksDeps): ContainerLinks {
  const { engine, values, relink } = deps;
  return {
    async inspect({ container }) {
      return engine && container ? engine.inspect(container.containerId) : undefined;
    },
    async open(instance, server, events, opening, signal) {
      try {
        return await openOnce(deps, instance, server, events, opening);
      } catch (error) {
        if (!(error instanceof PipeError) || signal.aborted) throw error;
        await relink(instance, error, signal);
        return await openOnce(deps, instance, server, events, {
          needsFreshProcess: opening.needsFreshProcess,
        });
      }
    },
    openProcess({ unit: { server }, container }, events) {
      if (server.type !== 'container' || server.transport !== 'stdio') return undefined;
      return engine && container && openProcess(server, engine, container.containerId, values(), events);
    },
  };
}

async function openOnce(
  { engine, compose, values }: ContainerLinksDeps,
  { serverName, container: created }: Instance,
  server: ContainerServer | DiscoveredServer,
  events: LinkEvents,
  { needsFreshProcess, container }: Opening,
): Promise<Link> {
  if (!engine || !created) throw new GatewayError('INTERNAL', `${serverName} has no container to link to`);
  const start = startsByCompose(server)
    ? () => engine.composer.start(compose([serverName]), serverName)
    : (id: string) => startByEngine(engine, id, serverName);
  const restart = server.type === 'container' && needsFreshProcess;
  return openContainer(
    server,
    { engine, ...created, pipe: created.pipe, container, restart, start, values: values() },
    events,
  );
}

/** Only Compose can hand secrets from the environment to a container. */
function startsByCompose(server: ContainerServer | DiscoveredServer): boolean {
  return (
    server.type === 'container' && Object.values(server.secrets).some((secret) => 'environment' in secret)
  );
}
