/** The values behind references and env files: their digest, and the environments made of them. */
import { createHmac } from 'node:crypto';
import { GatewayError } from '../../errors.ts';
import { type EnvFileError, parseEnvFile } from '../../files/env-file.ts';
import type { FileReader } from '../../files/file-reader.ts';
import { MAX_ENV_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { SecretSource, Server } from '../../model/desired.ts';
import { resolveReferences, type Values, valueIn, variablesIn } from '../../model/references.ts';
import { composeVariable } from '../../model/secrets/secret-name.ts';
import { NETWORK_VARIABLES } from '../network/proxy.ts';

/**
 * Digests the values of a server's `${VAR}` references, secrets and env files. The digest shows that a secret
 * has changed; because it is keyed, a reader of labels cannot learn the secret.
 *
 * @returns hex; undefined if the server has no such values
 * @throws GatewayError START_FAILED if a file cannot be read
 */
export async function valuesDigest(
  server: Server,
  values: Values,
  key: Buffer,
  reader: FileReader = processFiles,
): Promise<string | undefined> {
  const secrets = secretsOf(server);
  const named = secrets.flatMap((secret) => ('environment' in secret ? [secret.environment] : []));
  const ofWay = server.type === 'remote' ? NETWORK_VARIABLES.filter((name) => valueIn(name, values)) : [];
  const variables = [...new Set([...variablesIn(JSON.stringify(server)), ...named, ...ofWay])].sort();
  const secretFiles = [
    ...secrets.flatMap((secret) => ('file' in secret ? [secret.file] : [])),
    ...(server.type === 'remote' && server.tls ? [server.tls.ca] : []),
  ];
  const files = 'envFile' in server ? [...server.envFile, ...secretFiles] : secretFiles;
  if (variables.length === 0 && files.length === 0) return undefined;
  const hmac = createHmac('sha256', key);
  for (const variable of variables) hmac.update(`${variable}=${values[variable] ?? ''}\0`);
  for (const file of files) hmac.update(await readEnvFile(file, reader)).update('\0');
  return hmac.digest('hex').slice(0, 24);
}

function secretsOf(server: Server): readonly SecretSource[] {
  if (server.type === 'container') return Object.values(server.secrets);
  if (server.type !== 'remote') return [];
  const { privateKey, assertion } = server.oauth ?? {};
  // The file of an assertion is read at each exchange, and may be written anew every hour.
  const isKept = (source: SecretSource | undefined): source is SecretSource =>
    source !== undefined && (source !== assertion || 'environment' in source);
  return [privateKey, assertion].filter(isKept);
}

/**
 * The variables that a native server's entry sets: those of its env files, then those of its `env`, which
 * win.
 * @throws GatewayError START_FAILED if a file cannot be read
 */
export async function resolveEnv(
  env: Readonly<Record<string, string>>,
  envFiles: readonly string[],
  values: Values,
): Promise<Record<string, string>> {
  const fromFiles: Record<string, string> = {};
  for (const file of envFiles) Object.assign(fromFiles, await variablesOf(file, values, processFiles));
  const own = Object.entries(env).map(([name, text]) => [name, resolveReferences(text, values)]);
  return { ...fromFiles, ...Object.fromEntries(own) };
}

/** In the grammar of Compose, as for containers. */
async function variablesOf(
  path: string,
  values: Values,
  reader: FileReader,
): Promise<Record<string, string>> {
  const text = await readEnvFile(path, reader);
  try {
    return parseEnvFile(text, (name) => valueIn(name, values));
  } catch (cause) {
    const { line, message } = cause as EnvFileError;
    throw new GatewayError('START_FAILED', `${path}: ${message}`, { place: { path, line }, cause });
  }
}

async function readEnvFile(path: string, reader: FileReader): Promise<string> {
  try {
    return await reader.text(path, MAX_ENV_BYTES);
  } catch (cause) {
    throw new GatewayError('START_FAILED', `${path} cannot be read: ${(cause as Error).message}`, {
      hint: `create ${path}, or take it out of the entry`,
      cause,
    });
  }
}

/**
 * The environment of Compose. Variables without a value get a placeholder: otherwise one server's unset
 * `${VAR:?}` would stop Compose from working on all others. The server itself is not created before its
 * variables are set.
 */
export function composeValues(servers: readonly Server[], values: Values): Values {
  const unset = servers.flatMap((server) => server.unset.map(({ variable }) => [variable, 'unset']));
  const all: Values = { ...Object.fromEntries(unset), ...values };
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [composeVariable(name), value]));
}
