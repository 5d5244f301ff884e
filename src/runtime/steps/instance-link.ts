import { GatewayError } from '../../errors.ts';
import type { BuiltinServer, ContainerServer, DiscoveredServer, RemoteServer } from '../../model/desired.ts';
import type { ComposeProject, ContainerFacts, Engine } from '../../model/engine.ts';
import type { ServeBuiltin } from '../../model/in-process.ts';
import type { Values } from '../../model/references.ts';
import { openContainer, openProcess, startByEngine } from '../containers/open-container.ts';
import type { Instance } from '../instances/instance.ts';
import { PipeError } from '../links/container/pipe-error.ts';
import type { Link, LinkEvents } from '../links/link.ts';
import type { Authorizer, Authorizers } from '../oauth/authorizer.ts';
import { openNative, openRemote } from './open-server.ts';

export interface LinkDeps {
  readonly engine: Engine | undefined;
  readonly compose: () => ComposeProject;
  readonly values: () => Values;
  readonly authorizers: Authorizers;
  readonly serveBuiltin: ServeBuiltin;
  /** Gives the instance another container, since its own cannot be linked by pipe. @throws GatewayError where the pipe is asked for */
  readonly relink: (instance: Instance, why: PipeError, signal: AbortSignal) => Promise<void>;
}

/** To a process of its own, in the same warm container where the server has one. */
export function openOwnLink(
  deps: LinkDeps,
  instance: Instance,
  events: LinkEvents,
  signal: AbortSignal,
): Promise<Link> {
  const { server } = instance.unit;
  const { engine } = deps;
  const { containerId } = instance.container ?? {};
  const inContainer = server.type === 'container' && server.transport === 'stdio' && engine && containerId;
  return inContainer
    ? openProcess(server, engine, containerId, deps.values(), events)
    : openLink(deps, instance, events, { anew: false }, signal);
}

/** Credentials of the user's own come first; whatever else a server wants, somebody has to log in for. */
function authorizerOf({ authorizers, values }: LinkDeps, server: RemoteServer): Authorizer | undefined {
  const isGiven = Object.keys(server.headers).some((name) => name.toLowerCase() === 'authorization');
  return isGiven ? undefined : authorizers(server, values());
}

/** What is there to be linked to. */
export interface Found {
  /** What runs in the container must be a fresh process. */
  readonly anew: boolean;
  /** The container as it was a moment ago; it is looked at where that is not known. */
  readonly container?: ContainerFacts | undefined;
}

export function openLink(
  deps: LinkDeps,
  instance: Instance,
  events: LinkEvents,
  found: Found,
  signal: AbortSignal,
): Promise<Link> {
  const { server } = instance.unit;
  if (server.type === 'native') return openNative(server, server, deps.values(), events);
  if (server.type === 'remote') return openRemote(server, deps.values(), authorizerOf(deps, server), events);
  if (server.type === 'builtin') return openBuiltin(deps, server, events);
  if (instance.kind === 'native' && server.type === 'container' && server.native)
    return openNative(server, server.native, deps.values(), events);
  return openInContainer(deps, instance, server, events, found, signal);
}

/** Loads what serves it: no stack without a built-in server pays for that. */
async function openBuiltin(deps: LinkDeps, server: BuiltinServer, events: LinkEvents): Promise<Link> {
  const [{ openInProcess }, serve] = await Promise.all([
    import('../links/in-process.ts'),
    deps.serveBuiltin(server),
  ]);
  return openInProcess(server.serverName, serve, events);
}

async function openInContainer(
  deps: LinkDeps,
  instance: Instance,
  server: ContainerServer | DiscoveredServer,
  events: LinkEvents,
  found: Found,
  signal: AbortSignal,
): Promise<Link> {
  const { engine } = deps;
  const { serverName } = instance;
  if (!engine) throw new GatewayError('INTERNAL', `${serverName} has no container to link to`);
  const byCompose =
    server.type === 'container' && Object.values(server.secrets).some((secret) => 'environment' in secret);
  const start = byCompose
    ? () => engine.composer.start(deps.compose(), serverName)
    : (id: string) => startByEngine(engine, id, serverName);
  const restart = server.type === 'container' && found.anew;
  const open = (container?: ContainerFacts): Promise<Link> => {
    const { containerId, pipe } = instance.container ?? {};
    if (!containerId) throw new GatewayError('INTERNAL', `${serverName} has no container to link to`);
    return openContainer(
      server,
      { engine, containerId, container, pipe, restart, start, values: deps.values() },
      events,
    );
  };
  try {
    return await open(found.container);
  } catch (error) {
    if (!(error instanceof PipeError) || signal.aborted) throw error;
    await deps.relink(instance, error, signal);
    return await open();
  }
}
