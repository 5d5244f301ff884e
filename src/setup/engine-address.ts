/** Addresses at which an engine may listen. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineTls } from '../engines/transport/reach.ts';
import { homeFolder } from '../files/home.ts';
import { readEngineHost } from '../model/text/engine-host.ts';
import { type Context, chosenContext } from './docker-context.ts';
import { dockerFolder } from './docker-folder.ts';
import type { Environment } from './find-tools.ts';

/** An address at which an engine may listen. */
export interface EngineCandidate {
  /** In the syntax of DOCKER_HOST: `unix:///var/run/docker.sock`, `tcp://10.0.0.5:2375`, `ssh://me@lab`. */
  readonly url: string;
  /** Where the address comes from, in words for people. */
  readonly source: string;
  readonly tls?: EngineTls;
  /** What to type if no engine answers there; absent if the user did not choose the address. */
  readonly fix?: string;
}

/** A choice of the user that names no engine. */
export interface UnfitChoice {
  /** A sentence for people. */
  readonly unfit: string;
  readonly fix: string;
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
export async function engineAddresses(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform,
): Promise<EngineCandidates | UnfitChoice> {
  if (env.DOCKER_HOST) return chosen(chosenHost(env.DOCKER_HOST, env));
  const context = await chosenContext(env);
  if (context) return chosen(contextAddress(context));
  return { candidates: wellKnownSockets(env, platform), explicit: false };
}

function chosen(choice: EngineCandidate | UnfitChoice): EngineCandidates | UnfitChoice {
  return 'unfit' in choice ? choice : { candidates: [choice], explicit: true };
}

function wellKnownSockets(env: Environment, platform: NodeJS.Platform): EngineCandidate[] {
  if (platform === 'win32') return [{ url: 'npipe:////./pipe/docker_engine', source: 'Docker Desktop' }];
  const home = env.HOME ?? homeFolder();
  const runtimeDir = env.XDG_RUNTIME_DIR;
  const sockets: [string, string][] = [['/var/run/docker.sock', 'the system socket']];
  if (runtimeDir) sockets.push([join(runtimeDir, 'docker.sock'), "Docker's socket of this user"]);
  sockets.push([join(home, '.docker/run/docker.sock'), 'Docker Desktop']);
  sockets.push([join(home, '.docker/desktop/docker.sock'), 'Docker Desktop']);
  if (runtimeDir) sockets.push([join(runtimeDir, 'podman/podman.sock'), "Podman's socket of this user"]);
  sockets.push(['/run/podman/podman.sock', "Podman's system socket"]);
  return sockets.map(([path, source]) => ({ url: `unix://${path}`, source }));
}

function chosenHost(text: string, env: Environment): EngineCandidate | UnfitChoice {
  const overTls = /^https:/i.test(text);
  const isVerified = Boolean(env.DOCKER_TLS_VERIFY) || overTls;
  const wantsTls = isVerified || Boolean(env.DOCKER_TLS);
  const host = readEngineHost(text, wantsTls, process.platform);
  if (host.kind === 'unfit')
    return {
      unfit: `DOCKER_HOST=${text} ${host.reason}`,
      fix: `unset DOCKER_HOST, or: export DOCKER_HOST=${host.instead}`,
    };
  const { url, kind } = host;
  const address = { url, source: 'DOCKER_HOST', fix: startFix(url, 'unset DOCKER_HOST') };
  if (kind !== 'tcp' || !wantsTls) return address;
  const folder = env.DOCKER_CERT_PATH || dockerFolder(env);
  if (isVerified && !existsSync(join(folder, 'ca.pem'))) return noCertificates(folder, overTls);
  return { ...address, tls: { folder, isVerified } };
}

function noCertificates(folder: string, overTls: boolean): UnfitChoice {
  const why = overTls ? 'DOCKER_HOST begins with https://' : 'DOCKER_TLS_VERIFY is set';
  const without = overTls ? 'write tcp:// in DOCKER_HOST' : 'unset DOCKER_TLS_VERIFY';
  return {
    unfit: `${why}, and there is no ${join(folder, 'ca.pem')} to check the engine's certificate with`,
    fix: `set DOCKER_CERT_PATH to the folder with ca.pem, cert.pem and key.pem, or ${without}`,
  };
}

function contextAddress({ name, chosenBy, ...context }: Context): EngineCandidate | UnfitChoice {
  const isVariable = chosenBy === 'DOCKER_CONTEXT';
  const leave = isVariable ? 'unset DOCKER_CONTEXT' : 'docker context use default';
  const which = `docker context "${name}"`;
  const choice = isVariable ? `${which}, named by DOCKER_CONTEXT,` : `${which}, which is in use,`;
  const others = `${leave}; docker context ls lists all`;
  if (!('host' in context)) return { unfit: `${choice} ${context.problem}`, fix: others };
  const host = readEngineHost(context.host, context.tls !== undefined, process.platform);
  if (host.kind === 'unfit')
    return { unfit: `${choice} has the address ${context.host}, which ${host.reason}`, fix: others };
  const { url, kind } = host;
  const address = { url, source: which, fix: startFix(url, leave) };
  return kind === 'tcp' && context.tls ? { ...address, tls: context.tls } : address;
}

/** What to do about an engine that does not answer. */
function startFix(url: string, leave: string): string {
  // By hand ssh may ask for what it cannot ask Hive: an unknown host key, a passphrase.
  const byHand = url.startsWith('ssh://') ? `, see what says: docker -H ${url} version` : '';
  return `start that engine${byHand}, or ${leave}`;
}
