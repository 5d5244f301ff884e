/** Inspects images; lists networks and volumes, and removes those that nothing uses. */
import type Docker from 'dockerode';
import type { ImageFacts, NetworkSummary, VolumeSummary } from '../../model/engine.ts';
import { imageFacts } from './facts.ts';
import { removePodmanNetwork } from './podman.ts';
import { answered, answeredWithin } from './refusals.ts';

const REMOVE_MS = 60_000;

/** Docker, or Podman that speaks Docker's API. */
export type EngineFlavour = 'docker' | 'podman';

export async function inspectImage(docker: Docker, reference: string): Promise<ImageFacts | undefined> {
  const info = await answered(docker.getImage(reference).inspect(), 404);
  return info && imageFacts(info);
}

export async function removeImage(docker: Docker, reference: string): Promise<boolean> {
  const limited = { what: `remove image ${reference}`, limitMs: REMOVE_MS };
  const remove = async (abortSignal: AbortSignal): Promise<true> => {
    await docker.getImage(reference).remove({ abortSignal });
    return true;
  };
  return (await answeredWithin(limited, remove, 404, 409)) ?? false;
}

export async function tagImage(docker: Docker, reference: string, name: string): Promise<void> {
  const colon = name.lastIndexOf(':');
  const [repo, tag] = [name.slice(0, colon), name.slice(colon + 1)];
  await answered(docker.getImage(reference).tag({ repo, tag }));
}

export async function imagesWith(docker: Docker, label: string, value: string): Promise<readonly string[]> {
  const images = await answered(docker.listImages({ filters: { label: [`${label}=${value}`] } }));
  return (images ?? []).map(({ Id }) => Id);
}

export async function removeNetworks(
  docker: Docker,
  flavour: EngineFlavour,
  project: string,
  names?: readonly string[],
): Promise<void> {
  const networks = (await answered(docker.listNetworks({ filters: ofProject(project) }))) ?? [];
  const isMeant = (name = ''): boolean => names === undefined || names.includes(name);
  for (const { Id, Name, Labels } of networks) {
    if (!isMeant(Labels?.['com.docker.compose.network'])) continue;
    if (flavour === 'podman') await removePodmanNetwork(docker, Name);
    else await answered(docker.getNetwork(Id).remove(), 403, 404, 409);
  }
}

/** Podman's containers name their networks in the place of ids, and its names are unique. */
export async function listNetworks(
  docker: Docker,
  flavour: EngineFlavour,
): Promise<readonly NetworkSummary[]> {
  const networks = (await answered(docker.listNetworks())) ?? [];
  return networks.map(({ Id, Name }) => ({
    networkId: flavour === 'podman' ? Name : Id,
    networkName: Name,
  }));
}

export async function listVolumes(docker: Docker, project: string): Promise<readonly VolumeSummary[]> {
  const listing = await answered(docker.listVolumes({ filters: ofProject(project) }));
  return (listing?.Volumes ?? []).map(({ Name, Labels }) => ({ volumeName: Name, labels: Labels ?? {} }));
}

export async function makeVolume(
  docker: Docker,
  volumeName: string,
  labels: Readonly<Record<string, string>>,
): Promise<void> {
  await answered(docker.createVolume({ Name: volumeName, Labels: { ...labels } }));
}

export async function removeVolume(docker: Docker, volumeName: string): Promise<boolean> {
  const removal = docker.getVolume(volumeName).remove();
  return (
    (await answered(
      removal.then(() => true),
      404,
      409,
    )) ?? false
  );
}

const ofProject = (project: string): { label: string[] } => ({
  label: [`com.docker.compose.project=${project}`],
});
