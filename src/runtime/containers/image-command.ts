import type Docker from 'dockerode';
import type { ContainerServer } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';

/** What the server's container runs. Config first, its references replaced as Compose does; what it leaves open is the image's own. */
export async function commandOf(
  docker: Docker,
  containerId: string,
  server: ContainerServer,
  values: Values,
): Promise<readonly string[]> {
  const resolved = (words: readonly string[]): string[] =>
    words.map((word) => resolveReferences(word, values));
  const own = {
    entrypoint: server.entrypoint && resolved(server.entrypoint),
    command: server.command && resolved(server.command),
  };
  if (own.entrypoint && own.command) return [...own.entrypoint, ...own.command];
  const { Image } = await docker.getContainer(containerId).inspect();
  const { Config } = await docker.getImage(Image).inspect();
  const entrypoint = own.entrypoint ?? toList(Config.Entrypoint);
  const command = own.command ?? (own.entrypoint ? [] : toList(Config.Cmd));
  return [...entrypoint, ...command];
}

/** The engine has both spellings. */
export function toList(value: string | string[] | null | undefined): string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}
