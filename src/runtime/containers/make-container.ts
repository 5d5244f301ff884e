/** Makes containers for servers, and decides how they are linked. */
import { GatewayError } from '../../errors.ts';
import type { ComposeProject } from '../../model/composer.ts';
import type { ContainerServer } from '../../model/desired.ts';
import type { ContainerSummary, Engine, ImageFacts } from '../../model/engine.ts';
import { COMPOSE_PROJECT, COMPOSE_SERVICE } from '../../model/labels.ts';
import type { ObservedContainer } from '../../model/observed.ts';
import { makeFifos, removeFifos } from '../links/container/fifos.ts';
import { PipeError, unlinkable } from '../links/container/pipe-error.ts';
import type { Logs } from '../memory/logs.ts';
import type { MadeStacks } from '../memory/made-stacks.ts';
import type { Owner } from '../memory/owner.ts';
import { chooseLink, type LinkChoice } from './choose-link.ts';
import { type CreateBatched, createBatches } from './create-batch.ts';
import type { Override } from './override.ts';
import type { Pipes } from './pipes.ts';
import { makeVolumes } from './volumes.ts';

export interface MakeDeps {
  readonly engine: Pick<Engine, 'containers' | 'composer' | 'volumes' | 'makeVolume'>;
  readonly stackName: string;
  /** What Compose needs for these services. @throws GatewayError STATE_FAILED */
  readonly compose: (services: readonly string[]) => ComposeProject;
  readonly override: Override;
  readonly pipes: Pipes;
  readonly logs: Logs;
  readonly owner: Pick<Owner, 'file' | 'made'>;
  /** Remembers that containers were made under a stack name. */
  readonly made: Pick<MadeStacks, 'note'>;
}

/** A container that was created and not started, and the folder of its FIFOs if it has any. */
export type CreatedContainer = Pick<ObservedContainer, 'containerId' | 'pipe'>;

/** Makes one more container of a server. One run of Compose may make those of several servers. */
export interface ContainerMaker {
  /** @param ensureImage brings the server's image @throws GatewayError CREATE_FAILED, SERVER_UNREACHABLE */
  make(server: ContainerServer, ensureImage: () => Promise<ImageFacts>): Promise<CreatedContainer>;
  /** @param why the server cannot be linked by pipe @throws GatewayError CREATE_FAILED */
  makeUnpiped(server: ContainerServer, why: string): Promise<CreatedContainer>;
}

export function createContainerMaker(deps: MakeDeps): ContainerMaker {
  const createBatched = createBatches((services) => createAll(deps, services));

  const makeUnpiped: ContainerMaker['makeUnpiped'] = ({ serverName }, why) =>
    createOne(deps, createBatched, serverName, async () => ({ link: { kind: 'attach' }, why }));

  return {
    makeUnpiped,
    async make(server, ensureImage) {
      try {
        return await createOne(deps, createBatched, server.serverName, async () =>
          chooseLink(deps.pipes, server, await ensureImage()),
        );
      } catch (error) {
        if (!(error instanceof PipeError)) throw error;
        if (server.link === 'pipe') throw unlinkable(server.serverName, error);
        deps.pipes.refused(error, '');
        return makeUnpiped(server, error.why);
      }
    },
  };
}

async function createOne(
  { override, logs }: Pick<MakeDeps, 'override' | 'logs'>,
  createBatched: CreateBatched,
  serverName: string,
  choose: () => Promise<LinkChoice | undefined>,
): Promise<CreatedContainer> {
  let folder: string | undefined;
  let fifos: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    const { link, why } = (await choose()) ?? {};
    if (why) logs.add(serverName, 'hive', `linked by attach, not by pipe: ${why}`);
    if (link) override.link(serverName, link);
    if (link?.kind !== 'pipe') return;
    folder = link.folder;
    // While Compose runs. Opening the link makes them again if this fails, and reports why.
    fifos = makeFifos(folder).catch(() => {});
  };
  try {
    const containerId = await createBatched(serverName, prepare).finally(() => fifos);
    if (!containerId) throw noContainerError(serverName);
    return { containerId, ...(folder === undefined ? {} : { pipe: folder }) };
  } catch (error) {
    if (folder) await removeFifos(folder);
    throw folder && (error as Error).message.includes(folder) ? unseenFolderError() : error;
  }
}

const noContainerError = (serverName: string): GatewayError =>
  new GatewayError('CREATE_FAILED', `compose made no container for ${serverName}`, {
    hint: `docker ps -a --filter label=mcp.server=${serverName}`,
  });

const unseenFolderError = (): PipeError =>
  new PipeError('engine', 'the engine does not see the folders of this machine');

/**
 * Creates one container per service. Compose does not report their ids, so this lists containers before and
 * after.
 */
async function createAll(deps: MakeDeps, services: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { engine, owner, stackName } = deps;
  const before = await projectContainers(deps);
  const countOf = (service: string): number => before.filter((it) => serviceOf(it) === service).length;
  const counts = new Map(services.map((service) => [service, countOf(service) + 1]));
  const project = deps.compose(services);
  await makeVolumes(engine, stackName, project.volumes, owner.file);
  // Before Compose, which makes networks even if it fails later.
  deps.made.note(stackName);
  await engine.composer.create(project, counts);
  const known = new Set(before.map(({ containerId }) => containerId));
  const created = (await projectContainers(deps)).filter(({ containerId }) => !known.has(containerId));
  owner.made(created);
  return new Map(created.map((it) => [serviceOf(it), it.containerId]));
}

/** Containers that Compose counts as those of the project, whoever made them. */
async function projectContainers({ engine, stackName }: MakeDeps): Promise<readonly ContainerSummary[]> {
  const containers = await engine.containers(COMPOSE_PROJECT);
  return containers.filter(({ labels }) => labels[COMPOSE_PROJECT] === stackName);
}

const serviceOf = ({ labels }: ContainerSummary): string => labels[COMPOSE_SERVICE] ?? '';
