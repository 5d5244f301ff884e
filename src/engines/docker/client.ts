/** Makes the HTTP client for the Engine API, and decides where the engine's machine is. */
import Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import type { EngineLocality } from '../../model/engine.ts';
import { withoutAttachBody } from './attach-request.ts';
import { limitRequests } from './request-limits.ts';

/**
 * A client for the engine at this address, in the syntax of DOCKER_HOST. Every request has a time limit.
 * Sends nothing yet.
 * @throws GatewayError ENGINE_UNREACHABLE if the scheme is not supported
 */
export function engineClient(host: string): Docker {
  if (host.startsWith('unix://')) return prepared(new Docker({ socketPath: host.slice('unix://'.length) }));
  const { protocol, hostname, port } = new URL(host);
  if (protocol === 'tcp:' || protocol === 'http:')
    return prepared(new Docker({ protocol: 'http', host: hostname, port: port || '2375' }));
  throw new GatewayError('ENGINE_UNREACHABLE', `Hive cannot reach an engine at ${host}`, {
    hint: 'use a unix:// or tcp:// address in DOCKER_HOST (for ssh: forward the socket with `ssh -L`)',
  });
}

const prepared = (docker: Docker): Docker => limitRequests(withoutAttachBody(docker));

/**
 * A Unix socket is the engine's own on Linux, and leads into a virtual machine elsewhere. A TCP address says
 * nothing about the machine behind it.
 */
export function localityOf(host: string, platform: NodeJS.Platform = process.platform): EngineLocality {
  if (!host.startsWith('unix://')) return 'remote';
  return platform === 'linux' ? 'same-machine' : 'vm';
}
