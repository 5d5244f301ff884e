/** Probes an address for an engine. */
import { statSync } from 'node:fs';
import http from 'node:http';
import type { RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { systemFile } from '../files/system-file.ts';
import type { Environment } from './find-tools.ts';

/** Result of probing one address. */
export type Probe =
  | { readonly kind: 'answers'; readonly version: string; readonly flavour: 'docker' | 'podman' }
  | { readonly kind: 'absent' }
  | { readonly kind: 'denied' }
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'unsupported'; readonly reason: string };

const ANSWER_TIMEOUT_MS = 15_000;

/**
 * Sends `GET /version` to the engine at `url` (`unix://` or `tcp://`). Waits for at most fifteen seconds,
 * since an engine that builds images may be slow to answer.
 */
export async function probeEngine(url: string, env: Environment = process.env): Promise<Probe> {
  const options = await requestOptions(url, env);
  if (!options) return { kind: 'unsupported', reason: `${url} is neither unix:// nor tcp://` };
  const problem = options.socketPath && problemWith(options.socketPath);
  if (problem) return problem;
  // Few engines are reached over TLS, and loading it takes longer than an engine takes to answer.
  const { request } = options.ca ? await import('node:https') : http;
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const sent = request({ ...options, path: '/version', signal }, async (response) => {
      let body = '';
      response.setEncoding('utf8');
      try {
        for await (const chunk of response) body += chunk;
        resolve(parseVersion(response.statusCode, body));
      } catch (error) {
        resolve({ kind: 'silent', reason: reasonOf(error) });
      }
    });
    sent.once('error', (error: NodeJS.ErrnoException) => resolve(probeOfError(error)));
    sent.end();
  });
}

async function requestOptions(url: string, env: Environment): Promise<RequestOptions | undefined> {
  if (url.startsWith('unix://')) return { socketPath: url.slice('unix://'.length) };
  if (!url.startsWith('tcp://')) return undefined;
  const { hostname, port } = new URL(url.replace(/^tcp:/, 'http:'));
  if (!env.DOCKER_TLS_VERIFY) return { hostname, port: port || 2375 };
  const folder = env.DOCKER_CERT_PATH ?? join(homedir(), '.docker');
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map((name) => systemFile(join(folder, name))),
  );
  return { hostname, port: port || 2376, ca, cert, key };
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

function parseVersion(status: number | undefined, body: string): Probe {
  try {
    const answer = JSON.parse(body) as { Version?: string; Components?: { Name?: string }[] };
    if (status !== 200 || !answer.Version) throw new Error(`status ${status}`);
    const isPodman = answer.Components?.some((component) => component.Name?.startsWith('Podman')) ?? false;
    return { kind: 'answers', version: answer.Version, flavour: isPodman ? 'podman' : 'docker' };
  } catch {
    return { kind: 'silent', reason: `the program that answers there is no engine (status ${status})` };
  }
}

function probeOfError(error: NodeJS.ErrnoException): Probe {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return { kind: 'absent' };
  if (error.code === 'EACCES' || error.code === 'EPERM') return { kind: 'denied' };
  return { kind: 'silent', reason: reasonOf(error) };
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'AbortError') return 'no answer within fifteen seconds';
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ECONNREFUSED' ? 'nothing listens there' : message;
}
