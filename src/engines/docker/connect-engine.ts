import Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import { boundRequests } from './bounded.ts';

/** A client for the engine at this address, as DOCKER_HOST writes it; each of its requests has a time limit. Nothing is sent yet. @throws GatewayError ENGINE_UNREACHABLE */
export function engineClient(url: string): Docker {
  if (url.startsWith('unix://'))
    return boundRequests(new Docker({ socketPath: url.slice('unix://'.length) }));
  const { protocol, hostname, port } = new URL(url);
  if (protocol === 'tcp:' || protocol === 'http:')
    return boundRequests(new Docker({ protocol: 'http', host: hostname, port: port || '2375' }));
  throw new GatewayError('ENGINE_UNREACHABLE', `Hive cannot reach an engine at ${url}`, {
    hint: 'use a unix:// or tcp:// address in DOCKER_HOST (for ssh: forward the socket with `ssh -L`)',
  });
}
