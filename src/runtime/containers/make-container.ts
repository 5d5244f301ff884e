import type Docker from 'dockerode';
import { type ComposeSettings, createContainers } from '../../engines/docker/compose.ts';
import { listContainers } from '../../engines/docker/containers.ts';
import { createBatcher } from '../../engines/docker/create-batch.ts';
import { GatewayError } from '../../errors.ts';
import type { ContainerServer } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { makeFifos, removeFifos } from '../links/container/fifos.ts';
import { PipeError, unlinkable } from '../links/container/pipe.ts';
import type { Logs } from '../memory/logs.ts';
import { type Choice, chooseLink } from './choose-link.ts';
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

/** Makes one more container of a server; compose may make those of several servers in one run. @throws GatewayError CREATE_FAILED, SERVER_UNREACHABLE */
export interface ContainerMaker {
  /** `ensure` brings its image here. */
  make(server: ContainerServer, ensure: () => Promise<Docker.ImageInspectInfo>): Promise<Made>;
  /** `why` it cannot be linked by pipe was found out. */
  makeUnpiped(server: ContainerServer, why: string): Promise<Made>;
}

export function containerMaker(deps: MakeDeps): ContainerMaker {
  const { override, pipes, logs } = deps;
  const batch = createBatcher((services) => createAll(deps, services));

  const createOne = async (serverName: string, prepare: () => Promise<Choice | undefined>): Promise<Made> => {
    let folder: string | undefined;
    let fifos: Promise<void> | undefined;
    const prepareOne = async (): Promise<void> => {
      const { link, why } = (await prepare()) ?? {};
      if (why) logs.add(serverName, 'hive', `linked by attach, not by pipe: ${why}`);
      if (link) override.link(serverName, link);
      if (link?.kind !== 'pipe') return;
      folder = link.folder;
      // While compose runs. Whoever links it tries again, and says what went wrong.
      fifos = makeFifos(folder).catch(() => {});
    };
    try {
      const containerId = await batch(serverName, prepareOne).finally(() => fifos);
      if (containerId) return { containerId, ...(folder === undefined ? {} : { pipe: folder }) };
      throw new GatewayError('CREATE_FAILED', `compose made no container for ${serverName}`, {
        hint: `docker ps -a --filter label=mcp.server=${serverName}`,
      });
    } catch (error) {
      if (folder) await removeFifos(folder);
      throw folder && (error as Error).message.includes(folder) ? unseenFolders() : error;
    }
  };

  const makeUnpiped: ContainerMaker['makeUnpiped'] = ({ serverName }, why) =>
    createOne(serverName, async () => ({ link: { kind: 'attach' }, why }));

  return {
    makeUnpiped,
    async make(server, ensure) {
      try {
        return await createOne(server.serverName, async () => chooseLink(pipes, server, await ensure()));
      } catch (error) {
        if (!(error instanceof PipeError)) throw error;
        if (server.link === 'pipe') throw unlinkable(server.serverName, error);
        pipes.refused(error, '');
        return makeUnpiped(server, error.why);
      }
    },
  };
}

const unseenFolders = (): PipeError =>
  new PipeError('engine', 'the engine does not see the folders of this machine');

/** Once for all of them: what is there is listed before and after. */
async function createAll(deps: MakeDeps, services: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const before = await containersOf(deps);
  const countOf = (service: string): number =>
    before.filter(({ labels }) => labels.serverName === service).length;
  await createContainers(deps.compose(), new Map(services.map((service) => [service, countOf(service) + 1])));
  const known = new Set(before.map(({ containerId }) => containerId));
  const made = (await containersOf(deps)).filter(({ containerId }) => !known.has(containerId));
  return new Map(made.map(({ labels, containerId }) => [labels.serverName, containerId]));
}

async function containersOf({ docker, stackName }: MakeDeps): Promise<readonly ObservedContainer[]> {
  const { containers } = await listContainers(docker);
  return containers.filter(({ labels }) => labels.stack === stackName);
}
