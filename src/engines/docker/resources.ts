/** Inspects images; removes images, networks and volumes that nothing uses. */
import type Docker from 'dockerode';
import type { ImageFacts } from '../../model/engine.ts';
import { imageFacts } from './facts.ts';
import { answered, answeredWithin } from './refusals.ts';

const REMOVE_MS = 60_000;

export async function inspectImage(docker: Docker, reference: string): Promise<ImageFacts | undefined> {
  const info = await answered(docker.getImage(reference).inspect(), 404);
  return info && imageFacts(info);
}

export async function removeImage(docker: Docker, reference: string): Promise<void> {
  const limited = { what: `remove image ${reference}`, limitMs: REMOVE_MS };
  await answeredWithin(
    limited,
    (abortSignal) => docker.getImage(reference).remove({ abortSignal }),
    404,
    409,
  );
}

export async function removeNetworks(
  docker: Docker,
  project: string,
  names?: readonly string[],
): Promise<void> {
  const networks = (await answered(docker.listNetworks({ filters: ofProject(project) }))) ?? [];
  const isMeant = (name = ''): boolean => names === undefined || names.includes(name);
  for (const { Id, Labels } of networks)
    if (isMeant(Labels?.['com.docker.compose.network']))
      await answered(docker.getNetwork(Id).remove(), 403, 404, 409);
}

export async function removeVolumes(docker: Docker, project: string): Promise<void> {
  const listing = await answered(docker.listVolumes({ filters: ofProject(project) }));
  for (const { Name } of listing?.Volumes ?? []) await answered(docker.getVolume(Name).remove(), 404, 409);
}

const ofProject = (project: string): { label: string[] } => ({
  label: [`com.docker.compose.project=${project}`],
});
