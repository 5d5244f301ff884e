/** Chooses between pipe, attach and exec for the next container of a stdio server. */
import type { ContainerServer } from '../../model/desired.ts';
import type { ImageFacts } from '../../model/engine.ts';
import { escapeForCompose } from '../../model/references.ts';
import { PipeError } from '../links/container/pipe-error.ts';
import type { ContainerLink } from './override.ts';
import type { Pipes } from './pipes.ts';

export interface LinkChoice {
  readonly link: ContainerLink;
  /** Why `auto` did not choose the pipe, which it prefers. */
  readonly why?: string;
}

/**
 * Chooses the link of the server's next container, and makes the folder of a pipe; undefined for a server
 * over HTTP.
 * @throws PipeError if the config asks for a pipe and it cannot be tried
 */
export async function chooseLink(
  pipes: Pipes,
  server: ContainerServer,
  image: ImageFacts,
): Promise<LinkChoice | undefined> {
  if (server.transport === 'http') return undefined;
  if (server.link === 'attach' || server.link === 'exec') return { link: { kind: server.link } };
  const command = composedCommand(server, image);
  const unfit = 'why' in command ? command.why : undefined;
  if (unfit && server.link === 'pipe') throw new PipeError('container', unfit);
  const why = unfit ?? (server.link === 'pipe' ? undefined : pipes.refusal(image.imageId));
  if (why || 'why' in command) return { link: { kind: 'attach' }, ...(why ? { why } : {}) };
  try {
    const folder = await pipes.newFolder(server.serverName);
    return { link: { kind: 'pipe', folder, command: command.words } };
  } catch (error) {
    const refused = new PipeError('container', `its folder cannot be made: ${(error as Error).message}`);
    if (server.link === 'pipe') throw refused;
    return { link: { kind: 'attach' }, why: refused.why };
  }
}

type ComposedCommand = { readonly words: readonly string[] } | { readonly why: string };

/**
 * The command that the engine would put together from image and entry, escaped for Compose. Of the raw
 * Compose keys, only `entrypoint` can change it.
 */
function composedCommand(server: ContainerServer, image: ImageFacts): ComposedCommand {
  const entrypoint = 'entrypoint' in server.compose ? server.compose.entrypoint : server.entrypoint;
  if (!isWords(entrypoint)) return { why: '`compose.entrypoint` is not a list' };
  const words = [
    ...(entrypoint?.map(escapeForCompose) ?? literally(image.entrypoint)),
    ...(server.command?.map(escapeForCompose) ?? (entrypoint ? [] : literally(image.command))),
  ];
  return words.length > 0 ? { words } : { why: 'neither its image nor its entry names a command' };
}

function isWords(value: unknown): value is readonly string[] | undefined {
  return value === undefined || (Array.isArray(value) && value.every((word) => typeof word === 'string'));
}

/** Words of an image contain no references; Compose reads `$$` as `$`. */
const literally = (words: readonly string[]): string[] => words.map((word) => word.replaceAll('$', '$$$$'));
