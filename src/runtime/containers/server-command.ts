/** Works out the command that a container's server runs. */
import type { ContainerServer } from '../../model/desired.ts';
import type { Engine } from '../../model/engine.ts';
import { resolveReferences, type Values } from '../../model/references.ts';

/**
 * Command of the server in this container: from the config, with references resolved as Compose does; the
 * image's own for what the config leaves out.
 * @returns undefined if the container has been removed
 */
export async function serverCommand(
  engine: Pick<Engine, 'inspect' | 'image'>,
  containerId: string,
  server: ContainerServer,
  values: Values,
): Promise<readonly string[] | undefined> {
  const resolved = (words: readonly string[] | undefined): string[] | undefined =>
    words?.map((word) => resolveReferences(word, values));
  const entrypoint = resolved(server.entrypoint);
  const command = resolved(server.command);
  if (entrypoint && command) return [...entrypoint, ...command];
  const container = await engine.inspect(containerId);
  const image = container && (await engine.image(container.imageId));
  if (!image) return undefined;
  return [...(entrypoint ?? image.entrypoint), ...(command ?? (entrypoint ? [] : image.command))];
}
