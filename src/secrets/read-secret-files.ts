/** Reads the files whose contents must not be shown: env files and files of secrets. */
import { parseEnvFile } from '../files/env-file.ts';
import type { FileReader } from '../files/file-reader.ts';
import { MAX_ENV_BYTES, MAX_SECRET_BYTES } from '../files/limits.ts';
import type { SecretSource, Server } from '../model/desired.ts';
import { type Values, valueIn } from '../model/references.ts';
import type { SecretFiles } from './secret-values.ts';

/** Reads all such files of some servers. A file that cannot be read counts as empty. */
export async function readSecretFiles(
  servers: readonly Server[],
  values: Values,
  files: FileReader,
): Promise<SecretFiles> {
  const texts = new Map<string, string>();
  const read = async (path: string, maxBytes: number): Promise<void> =>
    void texts.set(path, await files.text(path, maxBytes).catch(() => ''));
  const envFiles = servers.flatMap((server) => ('envFile' in server ? server.envFile : []));
  const secretFiles = servers.flatMap(sourcesOf).flatMap((source) => ('file' in source ? [source.file] : []));
  await Promise.all([
    ...[...new Set(envFiles)].map((path) => read(path, MAX_ENV_BYTES)),
    ...[...new Set(secretFiles)].map((path) => read(path, MAX_SECRET_BYTES)),
  ]);
  return {
    variables: (path) => variablesOf(texts.get(path) ?? '', values),
    text: (path) => texts.get(path) ?? '',
  };
}

function sourcesOf(server: Server): readonly SecretSource[] {
  if (server.type === 'container') return Object.values(server.secrets);
  if (server.type !== 'remote') return [];
  const { privateKey, assertion } = server.oauth ?? {};
  return [privateKey, assertion].filter((source) => source !== undefined);
}

/** None for a file that Compose would refuse. */
function variablesOf(text: string, values: Values): ReturnType<SecretFiles['variables']> {
  try {
    return parseEnvFile(text, (name) => valueIn(name, values));
  } catch {
    return {};
  }
}
