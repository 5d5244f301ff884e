import type { ImageInspectInfo } from 'dockerode';
import type { ContainerServer } from '../../model/desired.ts';
import { escapeForCompose } from '../../model/references.ts';
import { PipeError } from '../links/container/pipe.ts';
import { toList } from './image-command.ts';
import type { MadeLink } from './override.ts';
import type { Pipes } from './pipes.ts';

export interface Choice {
  readonly link: MadeLink;
  /** Why it is not the pipe that `auto` would rather have. */
  readonly why?: string;
}

/**
 * How the next container of the server is to be linked; undefined over HTTP. A pipe's folder is made by then.
 * @throws PipeError when the config insists on a pipe and it cannot be tried
 */
export async function chooseLink(
  pipes: Pipes,
  server: ContainerServer,
  { Id, Config }: ImageInspectInfo,
): Promise<Choice | undefined> {
  if (server.transport === 'http') return undefined;
  if (server.link === 'attach' || server.link === 'exec') return { link: { kind: server.link } };
  const words = wordsOf(server, Config);
  const unfit = 'why' in words ? words.why : undefined;
  if (unfit && server.link === 'pipe') throw new PipeError('container', unfit);
  const why = unfit ?? (server.link === 'pipe' ? undefined : pipes.refusal(Id));
  if (why || 'why' in words) return { link: { kind: 'attach' }, ...(why ? { why } : {}) };
  try {
    const folder = await pipes.newFolder(server.serverName);
    return { link: { kind: 'pipe', folder, words: words.words } };
  } catch (error) {
    const refused = new PipeError('container', `its folder cannot be made: ${(error as Error).message}`);
    if (server.link === 'pipe') throw refused;
    return { link: { kind: 'attach' }, why: refused.why };
  }
}

type Words = { readonly words: readonly string[] } | { readonly why: string };

/** What the engine would make of image and entry, in Compose's spelling. Of the raw keys, only the entrypoint may be set. */
function wordsOf(server: ContainerServer, image: ImageInspectInfo['Config']): Words {
  const entrypoint = 'entrypoint' in server.compose ? server.compose.entrypoint : server.entrypoint;
  if (!isWords(entrypoint)) return { why: '`compose.entrypoint` is not a list' };
  const words = [
    ...(entrypoint?.map(escapeForCompose) ?? literally(toList(image.Entrypoint))),
    ...(server.command?.map(escapeForCompose) ?? (entrypoint ? [] : literally(toList(image.Cmd)))),
  ];
  return words.length > 0 ? { words } : { why: 'neither its image nor its entry names a command' };
}

function isWords(value: unknown): value is readonly string[] | undefined {
  return value === undefined || (Array.isArray(value) && value.every((word) => typeof word === 'string'));
}

const literally = (words: readonly string[]): string[] => words.map((word) => word.replaceAll('$', '$$$$'));
