import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { query } from './command.ts';
import { type EngineAddress, engineAddresses } from './engine-address.ts';
import { type Probe, probeEngine } from './engine-probe.ts';

/** An engine that answers, with everything Hive needs beside it. */
export interface Engine {
  /** As DOCKER_HOST takes it. */
  readonly url: string;
  readonly source: string;
  readonly flavour: 'docker' | 'podman';
  readonly version: string;
  readonly composeVersion: string;
  readonly buildxVersion: string;
  /** Added to the environment of every docker and compose child, so that they use this engine and its own builder. */
  readonly env: Readonly<Record<string, string>>;
}

/** Why nothing answered: no engine on the machine, one that is not running, one we may not use, one that was asked for and is not there. */
export type EngineGap =
  | { readonly part: 'engine'; readonly state: 'absent' }
  | { readonly part: 'engine'; readonly state: 'stopped' }
  | { readonly part: 'engine'; readonly state: 'denied'; readonly address: EngineAddress }
  | {
      readonly part: 'engine';
      readonly state: 'unreachable';
      readonly address: EngineAddress;
      readonly reason: string;
    };

export type Gap = EngineGap | { readonly part: 'cli' | 'compose' | 'buildx'; readonly found?: string };

export type EngineFinding =
  | { readonly kind: 'ready'; readonly engine: Engine }
  | { readonly kind: 'lacking'; readonly gaps: readonly [Gap, ...Gap[]] };

type Environment = Readonly<Record<string, string | undefined>>;

/** Where daemons live even when a user's PATH leaves them out. */
export const DAEMON_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin'];

/** Looks at the machine and changes nothing. Takes a tenth of a second where all is well. */
export async function findEngine(env: Environment = process.env): Promise<EngineFinding> {
  const [where, tools] = await Promise.all([locateEngine(env), findTools(env)]);
  const gaps = [...('gap' in where ? [where.gap] : []), ...tools.gaps];
  const [first, ...others] = gaps;
  if (first) return { kind: 'lacking', gaps: [first, ...others] };
  const { address, probe } = where as LocatedEngine;
  return {
    kind: 'ready',
    engine: {
      url: address.url,
      source: address.source,
      flavour: probe.flavour,
      version: probe.version,
      composeVersion: tools.compose,
      buildxVersion: tools.buildx,
      env: { DOCKER_HOST: address.url, BUILDX_BUILDER: 'default' },
    },
  };
}

interface LocatedEngine {
  readonly address: EngineAddress;
  readonly probe: Extract<Probe, { kind: 'answers' }>;
}

async function locateEngine(env: Environment): Promise<LocatedEngine | { readonly gap: EngineGap }> {
  const { candidates, explicit } = await engineAddresses(env);
  const probes = await Promise.all(
    candidates.map(async (address) => ({ address, probe: await probeEngine(address.url, env) })),
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

interface Tools {
  readonly compose: string;
  readonly buildx: string;
  readonly gaps: readonly Gap[];
}

async function findTools(env: Environment): Promise<Tools> {
  const docker = findProgram('docker', env);
  const [compose, buildx] = docker
    ? await Promise.all([query([docker, 'compose', 'version']), query([docker, 'buildx', 'version'])])
    : [undefined, undefined];
  const composeVersion = parseVersion(compose?.ok ? compose.stdout : '');
  const buildxVersion = parseVersion(buildx?.ok ? buildx.stdout : '');
  const gaps: Gap[] = [];
  if (!docker) gaps.push({ part: 'cli' });
  if (!isAtLeast2(composeVersion))
    gaps.push({ part: 'compose', ...(composeVersion && { found: composeVersion }) });
  if (!buildxVersion) gaps.push({ part: 'buildx' });
  return { compose: composeVersion ?? '', buildx: buildxVersion ?? '', gaps };
}

/** `2.26.1` out of `Docker Compose version v2.26.1-4` or `github.com/docker/buildx 0.13.1+ds1`. */
export function parseVersion(text: string): string | undefined {
  return /\bv?(\d+\.\d+(?:\.\d+)?)/.exec(text)?.[1];
}

function isAtLeast2(version: string | undefined): boolean {
  return version !== undefined && Number.parseInt(version, 10) >= 2;
}

/** The full path of a program on PATH. */
export function findProgram(name: string, env: Environment): string | undefined {
  for (const folder of (env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder && existsSync(path)) return path;
  }
  return undefined;
}
