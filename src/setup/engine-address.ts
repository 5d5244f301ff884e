/** Addresses at which an engine may listen. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemFile } from '../files/system-file.ts';
import type { Environment } from './find-tools.ts';

/** An address at which an engine may listen. */
export interface EngineCandidate {
  /** In the syntax of DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2375`. */
  readonly url: string;
  /** Where the address comes from, in words for people. */
  readonly source: string;
}

/** The sentence for an address that the user chose and that does not answer. */
export function noAnswerSentence({ url, source }: EngineCandidate, reason: string): string {
  return `the engine at ${url}, named by ${source}, does not answer: ${reason}`;
}

export interface EngineCandidates {
  readonly candidates: readonly EngineCandidate[];
  /** True if the user chose this engine, so that no other may be used. */
  readonly explicit: boolean;
}

/**
 * Addresses to try, best first. DOCKER_HOST wins, then the current docker context, as in the docker command
 * itself. Otherwise the well-known sockets: the system's, rootless Docker's, Docker Desktop's, Podman's.
 */
export async function engineAddresses(env: Environment = process.env): Promise<EngineCandidates> {
  if (env.DOCKER_HOST) {
    return { candidates: [{ url: env.DOCKER_HOST, source: 'DOCKER_HOST' }], explicit: true };
  }
  const context = await contextAddress(env);
  if (context) return { candidates: [context], explicit: true };
  return { candidates: wellKnownSockets(env), explicit: false };
}

function wellKnownSockets(env: Environment): EngineCandidate[] {
  const home = env.HOME ?? homedir();
  const runtimeDir = env.XDG_RUNTIME_DIR;
  const sockets: [string, string][] = [['/var/run/docker.sock', 'the system socket']];
  if (runtimeDir) sockets.push([join(runtimeDir, 'docker.sock'), 'rootless Docker']);
  sockets.push([join(home, '.docker/run/docker.sock'), 'Docker Desktop']);
  sockets.push([join(home, '.docker/desktop/docker.sock'), 'Docker Desktop']);
  if (runtimeDir) sockets.push([join(runtimeDir, 'podman/podman.sock'), 'rootless podman']);
  sockets.push(['/run/podman/podman.sock', 'podman']);
  return sockets.map(([path, source]) => ({ url: `unix://${path}`, source }));
}

async function contextAddress(env: Environment): Promise<EngineCandidate | undefined> {
  const folder = env.DOCKER_CONFIG ?? join(env.HOME ?? homedir(), '.docker');
  const name = env.DOCKER_CONTEXT || (await readJson(join(folder, 'config.json')))?.currentContext;
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const meta = await readJson(join(folder, 'contexts/meta', id, 'meta.json'));
  const url = hostOfContext(meta);
  return { url: url ?? `context:${name}`, source: `docker context "${name}"` };
}

/** `Endpoints.docker.Host` of a context's meta.json. */
function hostOfContext(meta: Record<string, unknown> | undefined): string | undefined {
  const endpoints = meta?.Endpoints as { docker?: { Host?: unknown } } | undefined;
  const host = endpoints?.docker?.Host;
  return typeof host === 'string' ? host : undefined;
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await systemFile(path)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
