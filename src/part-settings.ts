/** What the runtime and the edge need of the settings and of the stack. */
import { join } from 'node:path';
import type { CurrentStack } from './current-stack.ts';
import type { EdgeDeps } from './edge/edge.ts';
import { HOPS_HEADER, type Hops } from './hops.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { createIssuerFetch } from './runtime/network/issuer-fetch.ts';
import { createAuthorizers } from './runtime/oauth/authorizer.ts';
import { openCredentials } from './runtime/oauth/credentials.ts';
import type { Runtime, RuntimeDeps } from './runtime/runtime.ts';
import { afterRuns } from './scheduling.ts';

interface OfRuntime extends Pick<RuntimeDeps, 'clock' | 'engineMissing' | 'ensureBases'> {
  readonly state: StateDir;
  readonly hops: Hops;
}
type OfEdge = Pick<EdgeDeps, 'clock' | 'log'>;

/** What built-in servers need of the settings, and of the file as it is now. */
export const builtinSettings = (
  { clock, file, state }: Pick<OfRuntime, 'clock' | 'state'> & { readonly file: string },
  stack: CurrentStack,
) => ({
  clock,
  file,
  stateFolder: state.path,
  declared: () => stack.desired.stack.servers.filter((it) => it.type === 'builtin'),
});

export function runtimeSettings(settings: OfRuntime, stack: CurrentStack) {
  const { clock, engineMissing, ensureBases, state, hops } = settings;
  return {
    hops: { name: HOPS_HEADER, value: () => hops.via },
    stackName: stack.desired.stack.name,
    engineMissing,
    compose: (services) => stack.composeProject(services),
    state,
    ensureBases,
    values: () => stack.desired.values,
    clock,
    random: Math.random,
    authorizers: createAuthorizers(openCredentials(join(state.path, 'oauth')), clock),
  } satisfies Partial<RuntimeDeps>;
}

export function edgeSettings(
  { clock, log, hops }: OfEdge & { readonly hops: Hops },
  stack: CurrentStack,
  runtime: Runtime,
) {
  return {
    clock,
    log,
    call: runtime.calls.call,
    loop: (headers) => hops.refusal(headers[HOPS_HEADER]),
    taskServer: runtime.calls.taskServer,
    callTallies: runtime.calls.tallies,
    // Lists that were revalidated are published with whatever else has changed in this turn.
    revalidate: (kind, serverName, era) => runtime.revalidate(kind, serverName, era)?.then(afterRuns),
    onSessionBegin: (sessionId, scope) => runtime.beginSession(sessionId, scope)?.then(afterRuns),
    wake: runtime.wake,
    onSessionEnd: runtime.endSession,
    notifyServers: runtime.notifyServers,
    setLogLevel: runtime.setLogLevel,
    auth: () => stack.desired.stack.auth,
    issuerFetch: createIssuerFetch({ current: () => stack.desired, report: (text) => log.warn(text) }),
    access: () => stack.desired.stack.gateway,
    settings: stack.bound,
  } satisfies Partial<EdgeDeps>;
}
