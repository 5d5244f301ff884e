/** Digest of everything that a build reads: while it is unchanged, the image need not be built again. */
import { createHash, type Hash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { FileFault } from '../../files/fault.ts';
import type { FileReader } from '../../files/file-reader.ts';
import { MAX_DOCKERFILE_BYTES } from '../../files/limits.ts';
import { contextSources } from './dockerfile.ts';
import { type Ignores, parseDockerignore } from './dockerignore.ts';

export interface Digested {
  readonly digest: string;
  /** Digests of parts, so that a plan can name the file that changed; see `Build`. */
  readonly parts: Readonly<Record<string, string>>;
  /** Files whose change makes a new digest, and folders in which a new file would. */
  readonly watched: readonly string[];
}

/** Most files, and bytes in them, that one digest reads. */
export interface Limits {
  readonly files: number;
  readonly bytes: number;
}

export const CONTEXT_LIMITS: Limits = { files: 5000, bytes: 256 * 1024 * 1024 };

/** Most files, and bytes in them, that get a digest of their own: they are read once, and hashed twice. */
const MAX_PARTS = 200;
const MAX_PARTS_BYTES = 4 * 1024 * 1024;
/** Characters of a digest that only tells versions of one file apart. */
const SHORT = 16;

/** Thrown when a build context holds more than a digest may read. */
export class ContextTooLarge extends Error {}

/**
 * Digests the Dockerfile, the context files that it copies, and `extras`: other things the image depends on,
 * such as its platform. Rejects with the file system's error if something cannot be read, with
 * ContextTooLarge beyond the limits.
 *
 * @param written path of the compiled file, which holds this digest and therefore is no part of it
 */
export async function digestBuild(
  files: FileReader,
  dockerfile: string,
  context: string,
  extras: unknown,
  { written = '', limits = CONTEXT_LIMITS }: { readonly written?: string; readonly limits?: Limits } = {},
): Promise<Digested> {
  const text = await files.text(dockerfile, MAX_DOCKERFILE_BYTES);
  const head = text + JSON.stringify(extras ?? null);
  const hash = createHash('sha256').update(head);
  const parts: Record<string, string> = { dockerfile: shortDigest(head) };
  const sources = contextSources(text);
  if (sources?.length === 0) return { digest: hash.digest('hex'), parts, watched: [dockerfile] };
  const ignore = await readIgnore(files, dockerfile, context);
  const walk: Walk = {
    reader: files,
    context,
    written: new Set([written, `${written}.new`]),
    ignores: ignore.ignores,
    sources,
    limits,
    files: [],
    folders: [context],
    bytes: 0,
  };
  await walkFolder(walk, context);
  const isSmall = walk.files.length <= MAX_PARTS && walk.bytes <= MAX_PARTS_BYTES;
  for (const file of walk.files.sort()) {
    const own = isSmall && file !== dockerfile ? createHash('sha256') : undefined;
    await hashFile(files, own ? [hash, own] : [hash], context, file);
    if (own) parts[`./${localPath(context, file)}`] = own.digest('hex').slice(0, SHORT);
  }
  const digest = hash.digest('hex');
  if (!isSmall) parts['files that its Dockerfile copies'] = digest.slice(0, SHORT);
  return {
    digest,
    parts,
    watched: [dockerfile, ...ignore.files, ...walk.folders, ...walk.files],
  };
}

/**
 * Digests a build whose files the engine fetches: only what is written can be known. `up --build` builds it
 * again.
 */
export const digestRemote = (written: object): string =>
  createHash('sha256').update(JSON.stringify(written)).digest('hex');

/** The Dockerfile's own ignore file takes precedence over that of the context. */
async function readIgnore(
  reader: FileReader,
  dockerfile: string,
  context: string,
): Promise<{ ignores: Ignores; files: string[] }> {
  const files = [`${dockerfile}.dockerignore`, join(context, '.dockerignore')];
  for (const file of files) {
    const text = await reader.text(file, MAX_DOCKERFILE_BYTES).catch(absent);
    if (text !== undefined) return { ignores: parseDockerignore(text), files };
  }
  return { ignores: parseDockerignore(''), files };
}

/** An ignore file need not exist; one that blocks or is no file is a problem of the build. */
function absent(thrown: unknown): undefined {
  if (thrown instanceof FileFault) throw thrown;
  return undefined;
}

interface Walk {
  readonly reader: FileReader;
  readonly context: string;
  readonly written: ReadonlySet<string>;
  readonly ignores: Ignores;
  readonly sources: readonly string[] | undefined;
  readonly limits: Limits;
  readonly files: string[];
  readonly folders: string[];
  bytes: number;
}

async function walkFolder(walk: Walk, folder: string): Promise<void> {
  for (const entry of await walk.reader.list(folder)) {
    const path = join(folder, entry.name);
    const local = relative(walk.context, path).split(sep).join('/');
    if (entry.isDirectory()) await enterFolder(walk, path, local);
    else if (isRead(walk, local) && !walk.written.has(path)) await addFile(walk, path, entry);
  }
}

async function enterFolder(walk: Walk, path: string, local: string): Promise<void> {
  const holdsSource = walk.sources?.some((source) => source.startsWith(`${local}/`)) ?? true;
  if (!holdsSource && !isNamed(walk, local)) return;
  if (walk.ignores.has(local) && !walk.ignores.hasExceptions) return;
  walk.folders.push(path);
  await walkFolder(walk, path);
}

function isNamed(walk: Walk, local: string): boolean {
  return walk.sources?.some((source) => local === source || local.startsWith(`${source}/`)) ?? true;
}

function isRead(walk: Walk, local: string): boolean {
  return isNamed(walk, local) && !walk.ignores.has(local);
}

async function addFile(walk: Walk, path: string, entry: Dirent): Promise<void> {
  walk.files.push(path);
  if (entry.isFile()) walk.bytes += (await walk.reader.lstat(path)).size;
  const { files, bytes } = walk.limits;
  if (walk.files.length > files) throw new ContextTooLarge(`holds more than ${files} files`);
  if (walk.bytes > bytes) throw new ContextTooLarge(`holds more than ${Math.round(bytes / 1024 / 1024)} MB`);
}

const localPath = (context: string, file: string): string => relative(context, file).split(sep).join('/');

const shortDigest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, SHORT);

async function hashFile(
  reader: FileReader,
  hashes: readonly Hash[],
  context: string,
  file: string,
): Promise<void> {
  const update = (data: string | Uint8Array): void => {
    for (const hash of hashes) hash.update(data);
  };
  const stat = await reader.lstat(file);
  const local = localPath(context, file);
  const executable = (stat.mode & 0o111) !== 0 ? 'x' : '-';
  update(`\0${local}\0${stat.isSymbolicLink() ? 'l' : executable}\0${stat.size}\0`);
  if (stat.isSymbolicLink()) update(await reader.readlink(file));
  else if (stat.isFile()) for await (const chunk of reader.chunks(file)) update(chunk);
}
