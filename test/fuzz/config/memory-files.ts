/** A file system in memory, for configs that must not touch the disk. */
import type { Dirent, Stats } from 'node:fs';
import type { FileSystem } from '../../../src/files/file-reader.ts';

/** @param files bytes by absolute path; the folders above them exist too */
export function memoryFiles(files: ReadonlyMap<string, Buffer>): FileSystem {
  const isFolder = (path: string): boolean => [...files.keys()].some((file) => file.startsWith(`${path}/`));
  const stat = async (path: string): Promise<Stats> => {
    const bytes = files.get(path);
    if (!bytes && !isFolder(path)) throw failure('ENOENT', path);
    return statsOf(bytes);
  };
  return {
    stat,
    lstat: stat,
    async open(path) {
      const stats = await stat(path);
      const bytes = files.get(path) ?? Buffer.alloc(0);
      let at = 0;
      return {
        stat: (async () => stats) as never,
        close: async () => {},
        read: (async (into: Buffer) => {
          const bytesRead = bytes.copy(into, 0, at);
          at += bytesRead;
          return { bytesRead, buffer: into };
        }) as never,
      };
    },
    async readlink(path) {
      throw failure('EINVAL', path);
    },
    list: async (): Promise<Dirent[]> => [],
    async *glob() {},
  };
}

const failure = (code: string, path: string): Error => Object.assign(new Error(`${code}: ${path}`), { code });

const statsOf = (bytes: Buffer | undefined): Stats =>
  ({
    size: bytes?.length ?? 0,
    mode: 0o644,
    mtimeMs: 0,
    isFile: () => bytes !== undefined,
    isDirectory: () => bytes === undefined,
    isFIFO: () => false,
    isSocket: () => false,
    isSymbolicLink: () => false,
  }) as Stats;
