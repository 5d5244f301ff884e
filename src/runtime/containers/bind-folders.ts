/** Makes the host folders that a container mounts. */
import { dirname, resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { FileFault } from '../../files/fault.ts';
import { makeFolder } from '../../files/make-folder.ts';
import { processFiles } from '../../files/process-files.ts';
import type { ContainerServer } from '../../model/desired.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { shellWord } from '../../model/text/commands.ts';
import { looksLikeFile } from '../../model/text/paths.ts';

/**
 * Makes the folders on this machine that a container mounts and that do not exist: if the engine made them,
 * they would belong to root. A missing path that looks like a file is an error, since the server would find a
 * folder in its place.
 *
 * @param composeFile relative folders are relative to its folder
 * @returns the folders that were made
 * @throws GatewayError CREATE_FAILED
 */
export async function makeBindFolders(
  server: ContainerServer,
  composeFile: string,
  values: Values,
): Promise<string[]> {
  const made: string[] = [];
  for (const volume of server.volumes) {
    const source = hostFolder(volume, values);
    if (source === undefined) continue;
    const path = resolve(dirname(composeFile), source);
    if (await isThere(path, server)) continue;
    if (looksLikeFile(path)) throw missingFileError(path, server);
    makeMissing(path, server);
    made.push(path);
  }
  return made;
}

/** @throws GatewayError CREATE_FAILED if the disk does not answer */
async function isThere(path: string, server: ContainerServer): Promise<boolean> {
  try {
    await processFiles.stat(path);
    return true;
  } catch (cause) {
    if (!(cause instanceof FileFault)) return false;
    throw new GatewayError('CREATE_FAILED', `${path} cannot be mounted: ${cause.message}`, {
      hint: `mend the disk of ${path}, or change \`volumes\` of ${server.serverName}`,
      place: server.place,
      cause,
    });
  }
}

/** Undefined for a named volume, and for a path that only a shell understands. */
function hostFolder(volume: string, values: Values): string | undefined {
  const [source = ''] = resolveReferences(volume, values).split(':');
  return /^(\/|\.\.?(\/|$))/.test(source) ? source : undefined;
}

function makeMissing(path: string, server: ContainerServer): void {
  try {
    makeFolder(path);
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new GatewayError('CREATE_FAILED', `the folder ${path} cannot be made (${why})`, {
      hint: `make it yourself, or change \`volumes\` of ${server.serverName}`,
      place: server.place,
      cause,
    });
  }
}

function missingFileError(path: string, server: ContainerServer): GatewayError {
  return new GatewayError('CREATE_FAILED', `${path} does not exist, and looks like a file`, {
    hint:
      `create it (if it is meant to be a folder: mkdir -p ${shellWord(path)}), ` +
      `or change \`volumes\` of ${server.serverName}`,
    place: server.place,
  });
}
