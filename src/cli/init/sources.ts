/** Finds and reads the files from which a first config can be made: those of clients, and a Compose file. */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CLIENTS } from '../../clients/clients.ts';
import type { Machine } from '../../clients/data/client.ts';
import { projectPaths, userFiles } from '../../clients/paths.ts';
import { reasonOf } from '../../config/source/read-failure.ts';
import { GatewayError } from '../../errors.ts';
import { MAX_CLIENT_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { ForeignFile } from '../../import/foreign/foreign.ts';
import { readFileIfKnown, readMcpServices } from '../../import/read-file.ts';

export interface Source {
  /** Absolute. */
  readonly path: string;
  readonly file: ForeignFile;
}

export interface Sources {
  readonly files: readonly Source[];
  /** What was left out, and why, as sentences. */
  readonly notes: readonly string[];
}

/** In the order in which Compose looks for them. */
const COMPOSE_NAMES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/** The files of a project, then those of the user, that exist and have servers. */
export async function readSources(folder: string, machine: Machine): Promise<Sources> {
  const files: Source[] = [];
  const notes: string[] = [];
  for (const path of pathsIn(folder, machine)) {
    try {
      const { file, note } = await readSource(path, folder);
      if (note !== undefined) notes.push(`${path}: ${note}`);
      if (file !== undefined && file.servers.length > 0) files.push({ path, file });
    } catch (thrown) {
      const why = thrown instanceof GatewayError ? thrown.message : reasonOf(thrown);
      notes.push(`${path} is left out: ${why}`);
    }
  }
  return { files, notes };
}

/** Files that several clients share stand once. */
function pathsIn(folder: string, machine: Machine): string[] {
  const compose = COMPOSE_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  const paths = [
    ...CLIENTS.flatMap((client) => projectPaths(client, folder, machine)),
    ...(compose === undefined ? [] : [compose]),
    ...CLIENTS.flatMap((client) => userFiles(client, machine)),
  ];
  return [...new Set(paths)].filter((path) => existsSync(path));
}

async function readSource(path: string, folder: string): Promise<{ file?: ForeignFile; note?: string }> {
  const text = await processFiles.text(path, MAX_CLIENT_BYTES);
  if (text.trim() === '') return {};
  if (COMPOSE_NAMES.includes(basename(path))) return composeSource(path, text);
  const file = await readFileIfKnown(path, text);
  return file === undefined ? {} : { file: { ...file, servers: file.servers.filter(isHere), notes: [] } };

  /** Claude Code has the servers of all projects in one file. */
  function isHere({ project = folder }: ForeignFile['servers'][number]): boolean {
    return project === folder;
  }
}

async function composeSource(path: string, text: string): Promise<{ file?: ForeignFile; note?: string }> {
  const { file, others } = await readMcpServices(path, text);
  const note = `${others.join(', ')}: left out, nothing there says that these are MCP servers`;
  return { ...(file && { file }), ...(others.length > 0 && { note }) };
}
