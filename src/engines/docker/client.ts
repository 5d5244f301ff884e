/** Makes the HTTP client for the Engine API, and decides where the engine's machine is. */
import Docker from 'dockerode';
import { GatewayError } from '../../errors.ts';
import type { EngineLocality } from '../../model/engine.ts';
import { readEngineHost } from '../../model/text/engine-host.ts';
import { type EngineTls, reachEngine } from '../transport/reach.ts';
import { withoutAttachBody } from './attach-request.ts';
import { ANSWER_MS, limitRequests } from './request-limits.ts';

/**
 * A client for the engine at this address, in the syntax of DOCKER_HOST. Every request has a time limit.
 * Sends nothing yet.
 * @throws GatewayError ENGINE_UNREACHABLE if the address is none of an engine
 */
export function engineClient(url: string, tls?: EngineTls): Docker {
  const host = readEngineHost(url, tls !== undefined, process.platform);
  if (host.kind === 'unfit')
    throw new GatewayError('ENGINE_UNREACHABLE', `${url} ${host.reason}`, { hint: `write ${host.instead}` });
  const docker = withoutAttachBody(new Docker({ ...NOT_BY_ENVIRONMENT, ...reachEngine(host, tls) }));
  return host.kind === 'unix' ? limitRequests(docker) : limitRequests(docker, ANSWER_MS, START_THERE);
}

const START_THERE = 'see whether its machine answers, and start it there; Hive notices by itself';

/** dockerode reads DOCKER_HOST and its like for what is not given, which a docker context may contradict. */
const NOT_BY_ENVIRONMENT = {
  protocol: 'http',
  host: undefined,
  port: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
} as unknown as Docker.DockerOptions;

/**
 * A Unix socket is the engine's own on Linux. Elsewhere it leads into a virtual machine, as pipes of Windows
 * do. Other addresses say nothing about the machine behind them.
 */
export function localityOf(host: string, platform: NodeJS.Platform = process.platform): EngineLocality {
  if (host.startsWith('npipe://')) return 'vm';
  if (!host.startsWith('unix://')) return 'remote';
  return platform === 'linux' ? 'same-machine' : 'vm';
}
