/** Reads the user's files and compiles them: all that a gateway starts with. */
import { basename } from 'node:path';
import { readAdded } from './added/added-file.ts';
import { compile } from './compile/compile.ts';
import { readEnvironment } from './config/environment.ts';
import { checkFile } from './config/load.ts';
import type { AddedText } from './config/parse/added.ts';
import type { FileReader } from './files/file-reader.ts';
import { processFiles } from './files/process-files.ts';
import type { Clock } from './model/clock.ts';
import type { Compiled, Unit } from './model/compiled.ts';
import type { Server } from './model/desired.ts';
import type { Values } from './model/references.ts';
import type { ReadSecrets } from './model/secrets/secrets.ts';
import type { Stack } from './model/stack.ts';
import type { Wanted } from './reconcile/want.ts';
import type { StateDir } from './runtime/memory/state-dir.ts';
import { valuesDigest } from './runtime/memory/values.ts';
import { proxiesWithCredentials } from './runtime/network/proxy.ts';
import { readSecretFiles } from './secrets/read-secret-files.ts';
import type { Secret } from './secrets/redact.ts';
import { secretValues, secretVariables } from './secrets/secret-values.ts';
import { secretsOf } from './secrets-of.ts';

/** One reading of the user's files. */
export interface Desired {
  /** Unix milliseconds, before the first file was opened. */
  readonly readAt: number;
  readonly stack: Stack;
  readonly compiled: Compiled;
  readonly wanted: Wanted;
  readonly values: Values;
  /** The added servers that were read with it. */
  readonly added: AddedText;
  /** Values that must not be shown. */
  readonly secrets: readonly Secret[];
  /** For the next reading: it has asked the keyring. */
  readonly readSecrets: ReadSecrets;
}

interface DesiredFrom {
  /** Absolute path of the config file. */
  readonly file: string;
  readonly state: Pick<StateDir, 'valuesKey' | 'path'>;
  /** What is added at run time; absent for what its file says now. */
  readonly added?: AddedText | undefined;
  readonly clock: Pick<Clock, 'now'>;
  /** Absent for one reading: it remembers which disks do not answer. */
  readonly files?: FileReader;
  /** Absent for one reading: it asks a keyring once. */
  readonly secrets?: ReadSecrets;
  /** The stack whose config file this one may become. */
  readonly as?: Pick<Stack, 'name' | 'file' | 'composeFile'> | undefined;
}

/** Reads the user's files and compiles them. @throws ConfigError, GatewayError STATE_FAILED */
export async function loadDesired({
  file,
  state,
  clock,
  added = readAdded(state.path),
  files = processFiles,
  as,
  secrets: readSecrets = secretsOf(as?.file ?? file, files),
}: DesiredFrom): Promise<Desired> {
  const readAt = clock.now();
  const environment = await readEnvironment(file, process.env, files);
  const { stack: loaded, values } = await checkFile(file, environment, files, added, readSecrets);
  const stack = as ? { ...loaded, name: as.name, file: as.file, composeFile: as.composeFile } : loaded;
  const { yaml, units } = compile(stack);
  const key = state.valuesKey;
  const withValues = async (unit: Unit): Promise<Unit> => {
    const digest = await digestOf(unit.server as Server, values, key, files);
    return digest === undefined ? unit : { ...unit, values: digest };
  };
  const compiled = { yaml, units: await Promise.all(units.map(withValues)) };
  const wanted = {
    stackName: stack.name,
    file: basename(file),
    compiled,
    discover: stack.gateway.discover,
    readOnlyDiscovered: stack.readOnlyDiscovered,
    ...(stack.off && { off: stack.off.map(({ serverName }) => serverName) }),
  };
  const secretFiles = await readSecretFiles(stack.servers, values, files);
  const secrets = [
    ...secretValues(stack.servers, values, secretFiles),
    ...secretVariables(proxiesWithCredentials(values), values),
  ];
  return { readAt, stack, compiled, wanted, values, added, secrets, readSecrets };
}

/**
 * Undefined for a server with an unset variable or an unreadable env file: it fails later, and must not stop
 * the others.
 */
async function digestOf(
  server: Server,
  values: Values,
  key: Buffer,
  files: FileReader,
): Promise<string | undefined> {
  return valuesDigest(server, values, key, files).catch(() => undefined);
}
