import type Docker from 'dockerode';
import { GatewayError } from '../errors.ts';
import type { ContainerServer } from '../model/desired.ts';
import type { ObservedContainer } from '../model/observed.ts';
import { type Choice, chooseLink } from './choose-link.ts';
import { type ComposeSettings, createContainers } from './engine/compose.ts';
import { listContainers } from './engine/containers.ts';
import { createBatcher } from './engine/create-batch.ts';
import { removeFifos } from './links/fifos.ts';
import { PipeError, unlinkable } from './links/pipe.ts';
import type { Logs } from './logs.ts';
import type { Override } from './override.ts';
import type { Pipes } from './pipes.ts';

export interface MakeDeps {
  readonly docker: Docker;
  readonly stackName: string;
  readonly compose: () => ComposeSettings;
  readonly override: Override;
  readonly pipes: Pipes;
  readonly logs: Logs;
}

/** A container that was created and not started, and the folder of its FIFOs if it has any. */
export type Made = Pick<ObservedContainer, 'containerId' | 'pipe'>;

/**
 * Makes one more container of a server whose image is here. `unfit` says why it cannot be linked by pipe, where that was found out.
 * @throws GatewayError CREATE_FAILED, SERVER_UNREACHABLE
 */
export type MakeContainer = (server: ContainerServer, image: string, unfit?: string) => Promise<Made>;

export function containerMaker(deps: MakeDeps): MakeContainer {
  const { docker, stackName, override, pipes, logs } = deps;
  const batch = createBatcher((counts) => createContainers(deps.compose(), counts));

  const make: MakeContainer = async (server, image, unfit) => {
    const { serverName } = server;
    const choice: Choice | undefined = unfit
      ? { link: { kind: 'attach' }, why: unfit }
      : await chooseLink(docker, pipes, server, image).catch(naming(serverName));
    const { link, why } = choice ?? {};
    if (why) logs.add(serverName, 'hive', `linked by attach, not by pipe: ${why}`);
    if (link) override.link(serverName, link);
    if (link?.kind !== 'pipe') return createOne(serverName, undefined);
    const { folder } = link;
    return createOne(serverName, folder).catch(async (error: Error) => {
      await removeFifos(folder);
      if (!error.message.includes(folder)) throw error;
      const refused = new PipeError('engine', 'the engine does not see the folders of this machine');
      if (server.link === 'pipe') throw unlinkable(serverName, refused);
      pipes.refused(refused, '');
      return make(server, image, refused.why);
    });
  };

  const createOne = async (serverName: string, pipe: string | undefined): Promise<Made> => {
    const before = await containersOf(docker, stackName, serverName);
    await batch({ service: serverName, existing: before.length });
    const after = await containersOf(docker, stackName, serverName);
    const containerId = after.find((id) => !before.includes(id));
    if (containerId) return { containerId, ...(pipe ? { pipe } : {}) };
    throw new GatewayError('CREATE_FAILED', `compose made no container for ${serverName}`, {
      hint: `docker ps -a --filter label=mcp.server=${serverName}`,
    });
  };
  return make;
}

function naming(serverName: string): (error: unknown) => never {
  return (error) => {
    throw error instanceof PipeError ? unlinkable(serverName, error) : error;
  };
}

async function containersOf(docker: Docker, stackName: string, serverName: string): Promise<string[]> {
  const { containers } = await listContainers(docker);
  return containers
    .filter((it) => it.labels.stack === stackName && it.labels.serverName === serverName)
    .map((it) => it.containerId);
}
