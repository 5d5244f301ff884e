/** Opens links to the servers behind instances, whatever they run in. */
import type { BuiltinServer, RemoteServer } from '../../model/desired.ts';
import type { ContainerFacts } from '../../model/engine.ts';
import type { ServeBuiltin } from '../../model/in-process.ts';
import type { Values } from '../../model/references.ts';
import type { Instance } from '../instances/instance.ts';
import type { EngineRuns } from '../links/commands/engine-runs.ts';
import { InstallSlots } from '../links/commands/install-slots.ts';
import type { LiveHeader } from '../links/http/session.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import type { Authorizer, Authorizers } from '../oauth/authorizer.ts';
import type { ContainerLinks, Opening } from './container-links.ts';
import { openNative, openRemote } from './open-server.ts';

/** The caller must close the links. */
export interface InstanceLinks {
  /** Facts of the instance's container, if it runs in one. */
  inspect(instance: Instance): Promise<ContainerFacts | undefined>;
  /**
   * Opens the link that sessions share. May give the instance another container, if its own cannot be linked
   * by pipe.
   */
  open(instance: Instance, events: LinkEvents, opening: Opening, signal: AbortSignal): Promise<Link>;
  /** Opens a link to a process for one owner: in the instance's container if that runs a stdio server. */
  openOwn(instance: Instance, events: LinkEvents, signal: AbortSignal): Promise<Link>;
}

export interface LinkDeps {
  readonly containers: ContainerLinks;
  readonly values: () => Values;
  readonly authorizers: Authorizers;
  readonly serveBuiltin: ServeBuiltin;
  readonly runs: EngineRuns;
  /** Names the gateways that requests to remote servers come from. */
  readonly hops?: LiveHeader | undefined;
}

export function createInstanceLinks(deps: LinkDeps): InstanceLinks {
  const { containers, values, runs } = deps;
  const installs = new InstallSlots();
  const open: InstanceLinks['open'] = (instance, events, opening, signal) => {
    const { server } = instance.unit;
    if (server.type === 'native')
      return openNative(server, server, values(), events, { installs, runs, signal });
    if (server.type === 'remote')
      return openRemote(server, values(), authorizerOf(deps, server), events, deps.hops);
    if (server.type === 'builtin') return openBuiltin(deps.serveBuiltin, server, events);
    if (instance.kind === 'native' && server.type === 'container' && server.native)
      return openNative(server, server.native, values(), events, { installs, runs, signal });
    return containers.open(instance, server, events, opening, signal);
  };
  return {
    inspect: (instance) => containers.inspect(instance),
    open,
    openOwn(instance, events, signal) {
      const inContainer = containers.openProcess(instance, events);
      return inContainer ?? open(instance, events, { needsFreshProcess: false }, signal);
    },
  };
}

/** Undefined if the entry has credentials of its own: only other servers may ask for a login. */
function authorizerOf({ authorizers, values }: LinkDeps, server: RemoteServer): Authorizer | undefined {
  const isGiven = Object.keys(server.headers).some((name) => name.toLowerCase() === 'authorization');
  return isGiven ? undefined : authorizers(server, values());
}

/** Loads the built-in server's code now: a stack without one does not pay for it. */
async function openBuiltin(
  serveBuiltin: ServeBuiltin,
  server: BuiltinServer,
  events: LinkEvents,
): Promise<Link> {
  const [{ openInProcess }, serve] = await Promise.all([
    import('../links/in-process.ts'),
    serveBuiltin(server),
  ]);
  return openInProcess(server.serverName, serve, events);
}
