/** Finds the engine of this machine, or what is missing. */
import { delimiter } from 'node:path';
import type { EngineTls } from '../engines/transport/reach.ts';
import { type EngineCandidate, engineAddresses } from './engine-address.ts';
import { type EngineIdentity, type Probe, probeEngine } from './engine-probe.ts';
import {
  type Environment,
  findPlugin,
  findProgram,
  pluginFolders,
  type ToolGap,
  toolGaps,
} from './find-tools.ts';

/** An engine that answers, with all tools that Hive needs. */
export interface FoundEngine extends EngineIdentity {
  /** In the syntax of DOCKER_HOST. */
  readonly url: string;
  /** Where the address comes from, in words for people. */
  readonly source: string;
  readonly tls?: EngineTls;
  /**
   * Added to the environment of every docker and compose command, so that it uses this engine and its own
   * builder.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Path of the Compose plugin; undefined if it is not in a plugin folder. */
  readonly composePlugin?: string;
}

/**
 * Why no engine answered: none is installed, it is not running, this user may not use it, the one that the
 * user chose does not answer, or the choice names none.
 */
export type EngineGap =
  | { readonly part: 'engine'; readonly state: 'absent' }
  | { readonly part: 'engine'; readonly state: 'stopped' }
  | { readonly part: 'engine'; readonly state: 'denied'; readonly address: EngineCandidate }
  | {
      readonly part: 'engine';
      readonly state: 'unreachable';
      readonly address: EngineCandidate;
      readonly reason: string;
    }
  | {
      readonly part: 'engine';
      readonly state: 'unfit';
      /** A sentence for people. */
      readonly reason: string;
      readonly fix: string;
    };

export type Gap = EngineGap | ToolGap;

export type EngineFinding =
  | { readonly kind: 'ready'; readonly engine: FoundEngine }
  | { readonly kind: 'lacking'; readonly gaps: readonly [Gap, ...Gap[]] };

/** Folders of daemons, which a user's PATH may leave out. */
export const DAEMON_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin'];

/**
 * Examines the machine and changes nothing. Takes some milliseconds if nothing is missing.
 * @param plugins folders in which a plugin counts as present; plugins elsewhere are run
 */
export async function findEngine(
  env: Environment = process.env,
  plugins: readonly string[] = pluginFolders(env),
): Promise<EngineFinding> {
  const [where, toolsMissing] = await Promise.all([locateEngine(env), toolGaps(env, plugins)]);
  const gaps = [...('gap' in where ? [where.gap] : []), ...toolsMissing];
  const [first, ...others] = gaps;
  if (first) return { kind: 'lacking', gaps: [first, ...others] };
  const { address, probe } = where as LocatedEngine;
  const composePlugin = findPlugin('docker-compose', env);
  return {
    kind: 'ready',
    engine: {
      url: address.url,
      source: address.source,
      ...(address.tls && { tls: address.tls }),
      flavour: probe.flavour,
      version: probe.version,
      isRootless: probe.isRootless,
      env: engineEnvironment(address, probe),
      ...(composePlugin && { composePlugin }),
    },
  };
}

/** Every variable that chooses an engine is set, since the user's own may contradict the address. */
function engineEnvironment(
  { url, tls }: EngineCandidate,
  { flavour }: EngineIdentity,
): Readonly<Record<string, string>> {
  return {
    DOCKER_HOST: url,
    DOCKER_CONTEXT: '',
    DOCKER_TLS: tls && !tls.isVerified ? '1' : '',
    DOCKER_TLS_VERIFY: tls?.isVerified ? '1' : '',
    DOCKER_CERT_PATH: tls?.folder ?? '',
    BUILDX_BUILDER: 'default',
    // Podman builds through the older API only.
    ...(flavour === 'podman' && { DOCKER_BUILDKIT: '0' }),
  };
}

interface LocatedEngine {
  readonly address: EngineCandidate;
  readonly probe: Extract<Probe, { kind: 'answers' }>;
}

async function locateEngine(env: Environment): Promise<LocatedEngine | { readonly gap: EngineGap }> {
  const addresses = await engineAddresses(env);
  if ('unfit' in addresses) {
    const { unfit: reason, fix } = addresses;
    return { gap: { part: 'engine', state: 'unfit', reason, fix } };
  }
  const { candidates, explicit } = addresses;
  const probes = await Promise.all(
    candidates.map(async (address) => ({ address, probe: await probeEngine(address) })),
  );
  for (const { address, probe } of probes) if (probe.kind === 'answers') return { address, probe };
  for (const { address, probe } of probes) {
    if (probe.kind === 'denied') return { gap: { part: 'engine', state: 'denied', address } };
    if (explicit) return { gap: { part: 'engine', state: 'unreachable', address, reason: reasonOf(probe) } };
  }
  const dockerd = findProgram('dockerd', { PATH: [env.PATH, ...DAEMON_FOLDERS].join(delimiter) });
  return { gap: { part: 'engine', state: dockerd ? 'stopped' : 'absent' } };
}

function reasonOf(probe: Probe): string {
  return 'reason' in probe ? probe.reason : 'there is no such socket';
}
