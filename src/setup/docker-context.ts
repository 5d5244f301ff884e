/** Reads the docker context that is in use. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineTls } from '../engines/transport/reach.ts';
import { systemFile } from '../files/system-file.ts';
import { dockerFolder } from './docker-folder.ts';
import type { Environment } from './find-tools.ts';

/** A docker context, and where its engine is. */
export type Context = {
  readonly name: string;
  /** The variable, or the setting that `docker context use` makes. */
  readonly chosenBy: 'DOCKER_CONTEXT' | 'currentContext';
} & (
  | {
      /** As the context has it, in the syntax of DOCKER_HOST. */
      readonly host: string;
      readonly tls: EngineTls | undefined;
    }
  | {
      /** Completes "docker context NAME …". */
      readonly problem: string;
    }
);

/** The context that the docker command would use; undefined for the default one, which is no choice. */
export async function chosenContext(env: Environment): Promise<Context | undefined> {
  const folder = dockerFolder(env);
  const chosenBy = env.DOCKER_CONTEXT ? 'DOCKER_CONTEXT' : 'currentContext';
  const name = env.DOCKER_CONTEXT || (await readJson(join(folder, 'config.json')))?.currentContext;
  if (typeof name !== 'string' || name === '' || name === 'default') return undefined;
  const id = createHash('sha256').update(name).digest('hex');
  const path = join(folder, 'contexts/meta', id, 'meta.json');
  if (!existsSync(path)) return { name, chosenBy, problem: 'does not exist' };
  const { Host, SkipTLSVerify } = endpointOf(await readJson(path));
  if (typeof Host !== 'string' || Host === '')
    return { name, chosenBy, problem: 'has no address of an engine' };
  // Contexts keep certificates under the names that DOCKER_CERT_PATH has too.
  const certificates = join(folder, 'contexts/tls', id, 'docker');
  const isVerified = SkipTLSVerify !== true;
  const hasTls = !isVerified || existsSync(certificates);
  return { name, chosenBy, host: Host, tls: hasTls ? { folder: certificates, isVerified } : undefined };
}

/** `Endpoints.docker` of a context's meta.json. */
function endpointOf(meta: Record<string, unknown> | undefined): { Host?: unknown; SkipTLSVerify?: unknown } {
  return (meta?.Endpoints as { docker?: object } | undefined)?.docker ?? {};
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  try {
    return JSON.parse(await systemFile(path)) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
