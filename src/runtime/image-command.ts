import type Docker from 'dockerode';
import type { ContainerServer } from '../model/desired.ts';

/** What the server's container runs. Config first; what it leaves open is the image's own. */
export async function commandOf(
  docker: Docker,
  containerId: string,
  server: ContainerServer,
): Promise<readonly string[]> {
  if (server.entrypoint && server.command) return [...server.entrypoint, ...server.command];
  const { Image } = await docker.getContainer(containerId).inspect();
  const { Config } = await docker.getImage(Image).inspect();
  const entrypoint = server.entrypoint ?? toList(Config.Entrypoint);
  const command = server.command ?? (server.entrypoint ? [] : toList(Config.Cmd));
  return [...entrypoint, ...command];
}

/** The engine has both spellings. */
export function toList(value: string | string[] | null | undefined): string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}
