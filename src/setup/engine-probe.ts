/** Probes an address for an engine. */
import { statSync } from 'node:fs';
import http, { type RequestOptions } from 'node:http';
import { type Reach, reachEngine } from '../engines/transport/reach.ts';
import { readEngineHost } from '../model/text/engine-host.ts';
import type { EngineCandidate } from './engine-address.ts';

/** An engine that answers. */
export interface EngineIdentity {
  readonly version: string;
  readonly flavour: 'docker' | 'podman';
  /** Runs without root: what is root in its containers is a plain user outside. */
  readonly isRootless: boolean;
}

/** Result of probing one address. */
export type Probe =
  | ({ readonly kind: 'answers' } & EngineIdentity)
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'silent'; readonly reason: string };

/** An engine that builds images may be slow to answer. */
const ANSWER_TIMEOUT_MS = 15_000;
const MAX_ANSWER_CHARACTERS = 1 << 20;

/** Asks the engine at this address who it is. Waits for at most fifteen seconds for each answer. */
export async function probeEngine({ url, tls }: Pick<EngineCandidate, 'url' | 'tls'>): Promise<Probe> {
  const host = readEngineHost(url, tls !== undefined, process.platform);
  if (host.kind === 'unfit') return { kind: 'silent', reason: `it ${host.reason}` };
  const problem = url.startsWith('unix://') && host.kind === 'unix' && problemWith(host.path);
  if (problem) return problem;
  const reach = reachEngine(host, tls);
  try {
    const probe = identify(await get(reach, '/version'));
    // Docker's version names its rootless parts, Podman's does not.
    if (probe.kind !== 'answers' || probe.flavour === 'docker') return probe;
    // Words for people: an engine that does not answer this is one all the same.
    const info = await get(reach, '/info').catch(() => undefined);
    return { ...probe, isRootless: info !== undefined && isRootlessPodman(info) };
  } catch (error) {
    return probeOfError(error as NodeJS.ErrnoException);
  } finally {
    reach.agent?.destroy();
  }
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

/** @throws Error if no whole answer comes in time */
function get(reach: Reach, path: string): Promise<Answer> {
  const options: RequestOptions = { ...reach, path, signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS) };
  return new Promise((resolve, reject) => {
    const sent = http.request(options, async (response) => {
      let body = '';
      response.setEncoding('utf8');
      try {
        for await (const chunk of response) if (body.length < MAX_ANSWER_CHARACTERS) body += chunk;
        resolve({ status: response.statusCode, body });
      } catch (error) {
        reject(error);
      }
    });
    sent.once('error', reject);
    sent.end();
  });
}

/** Most candidates do not exist, and checking for the file costs less than a request. */
function problemWith(socketPath: string): Probe | undefined {
  try {
    statSync(socketPath);
    return undefined;
  } catch (error) {
    return probeOfError(error as NodeJS.ErrnoException);
  }
}

function identify({ status, body }: Answer): Probe {
  try {
    const { Version, Components = [] } = JSON.parse(body) as {
      Version?: string;
      Components?: { Name?: string }[];
    };
    if (status !== 200 || !Version) throw new Error(`status ${status}`);
    const has = (name: string): boolean => Components.some(({ Name }) => Name?.startsWith(name));
    const flavour = has('Podman') ? 'podman' : 'docker';
    return { kind: 'answers', version: Version, flavour, isRootless: has('rootlesskit') };
  } catch {
    return { kind: 'silent', reason: strangerReason(status, body) };
  }
}

/** Go's HTTP server answers plain HTTP on a port of TLS with this sentence. */
function strangerReason(status: number | undefined, body: string): string {
  return /HTTP request to an HTTPS server/.test(body)
    ? 'it speaks TLS: set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder with ca.pem'
    : `the program that answers there is no engine (status ${status})`;
}

function isRootlessPodman({ body }: Answer): boolean {
  try {
    const { Rootless, SecurityOptions } = JSON.parse(body) as {
      Rootless?: boolean;
      SecurityOptions?: readonly string[];
    };
    return Rootless ?? SecurityOptions?.includes('name=rootless') ?? false;
  } catch {
    return false;
  }
}

function probeOfError(error: NodeJS.ErrnoException): Probe {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { kind: 'absent' };
  if (error.code === 'EACCES' || error.code === 'EPERM') return { kind: 'denied' };
  return { kind: 'silent', reason: reasonOf(error) };
}

function reasonOf(error: NodeJS.ErrnoException): string {
  const { code, name, message } = error;
  if (name === 'AbortError' || name === 'TimeoutError') return 'no answer within fifteen seconds';
  return code === 'ECONNREFUSED' ? 'nothing listens there' : message;
}
