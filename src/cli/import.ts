/** `hive import`: takes over the servers of other clients' files. */
import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { CLIENT_IDS, CLIENTS } from '../clients/clients.ts';
import { isOfUser, placesOf } from '../clients/paths.ts';
import { environmentFile } from '../config/environment.ts';
import { shortPath } from '../config/source/diagnostics.ts';
import { similar } from '../config/source/similar.ts';
import { GatewayError, renderError, toGatewayError } from '../errors.ts';
import { parseEnvFile } from '../files/env-file.ts';
import { MAX_CLIENT_BYTES } from '../files/limits.ts';
import { processFiles } from '../files/process-files.ts';
import { convert, type Imported, NO_TARGET, type Part, type Target } from '../import/convert.ts';
import { entriesIn } from '../import/insert.ts';
import { readFile } from '../import/read-file.ts';
import { entriesYaml } from '../import/render.ts';
import { oneLine } from '../model/text/visible.ts';
import { thisMachine } from './connect/survey.ts';
import { gatewayOf, withoutHive } from './import/without-hive.ts';
import { textIfThere, writeImport } from './import/write-import.ts';
import { counted } from './stack/describe-server.ts';
import { hiddenBy } from './stack/stack-file.ts';
import { typedFor } from './stack/typing.ts';
import { print, printError } from './terminal/print.ts';

export interface ImportOptions {
  readonly from?: string;
  readonly scan?: boolean;
  readonly write?: string;
  readonly dryRun?: boolean;
}

/** @returns the exit code: 1 if a file could not be read; the others are imported all the same */
export async function importFiles(files: readonly string[], options: ImportOptions): Promise<number> {
  const paths = pathsFor(files, options);
  const target = resolve(options.write ?? 'hive.yaml');
  const { parts, failures } = await readAll(paths, target);
  const imported = convert(parts, await takenBy(target, options));
  for (const failure of failures) printError(renderError(failure));
  for (const { serverName, text } of imported.notes)
    printError(`note: ${oneLine(`${serverName ? `${serverName}: ` : ''}${text}`)}`);
  const hasNothing = failures.length > 0 && imported.servers.size === 0;
  if (options.write === undefined && !hasNothing) printEntries(imported);
  else if (options.write !== undefined) await save(target, imported, options);
  return failures.length > 0 ? 1 : 0;
}

/** @throws GatewayError USAGE, CONFIG_NOT_FOUND */
function pathsFor(files: readonly string[], { from, scan }: ImportOptions): string[] {
  if (files.length > 0) return files.map((file) => resolve(file));
  if (from !== undefined && !CLIENT_IDS.includes(from))
    throw new GatewayError('USAGE', `no client is called ${from}`, {
      hint: `name one of ${CLIENT_IDS.join(', ')}`,
    });
  if (from === undefined && !scan)
    throw new GatewayError('USAGE', 'nothing to import', {
      hint: 'npx hive import FILE, or look for files of all clients: npx hive import --scan',
    });
  const machine = thisMachine();
  const places = placesOf(CLIENTS, process.cwd(), machine);
  const found = places.filter(({ client, path }) => (from ?? client) === client && existsSync(path));
  if (found.length > 0) return found.map(({ path }) => path);
  const looked = places.filter(({ client }) => client === from).map(({ path }) => path);
  throw new GatewayError('CONFIG_NOT_FOUND', `no file of ${from ?? 'any client'} was found`, {
    hint: looked.length > 0 ? `looked for ${looked.join(', ')}` : 'name a file: npx hive import FILE',
  });
}

async function readAll(
  paths: readonly string[],
  target: string,
): Promise<{ parts: Part[]; failures: GatewayError[] }> {
  const gateway = await gatewayOf(target);
  const machine = thisMachine();
  const parts: Part[] = [];
  const failures: GatewayError[] = [];
  for (const path of paths) {
    try {
      const file = await readFile(path, await processFiles.text(path, MAX_CLIENT_BYTES));
      parts.push({
        file: withoutHive(file, gateway),
        path,
        home: machine.home,
        target: dirname(target),
        isOfUser: isOfUser(path, CLIENTS, machine),
      });
    } catch (thrown) {
      failures.push(unreadable(path, thrown));
    }
  }
  return { parts, failures };
}

function unreadable(path: string, thrown: unknown): GatewayError {
  const client = existsSync(path) ? undefined : clientCalled(basename(path));
  if (client !== undefined)
    return new GatewayError('CONFIG_NOT_FOUND', `there is no file ${shortPath(path, process.cwd())}`, {
      hint: typedFor(undefined)(`take over the files of this client: npx hive import --from ${client}`),
    });
  if (thrown instanceof GatewayError) return thrown;
  const { message } = toGatewayError(thrown);
  return new GatewayError('CONFIG_NOT_FOUND', `cannot read ${path}: ${message}`, {
    hint: 'check the path of the file',
  });
}

/** The client that was named in place of a file, such as `cursor` or `claude`. */
const clientCalled = (word: string): string | undefined =>
  similar(word, CLIENT_IDS) ?? CLIENT_IDS.find((id) => id.startsWith(`${word.toLowerCase()}-`));

async function takenBy(target: string, { write }: ImportOptions): Promise<Target> {
  if (write === undefined) return NO_TARGET;
  const env = parseEnvFile(await textIfThere(environmentFile(target)));
  return {
    shown: shortPath(target, process.cwd()),
    entries: entriesIn(target, await textIfThere(target)),
    variables: new Map(Object.entries(env)),
  };
}

function printEntries({ servers, variables }: Imported): void {
  print(servers.size > 0 ? `servers:\n${entriesYaml(servers, '  ').trimEnd()}` : 'servers: {}');
  if (variables.size > 0)
    printError(
      `note: secrets are not printed (${[...variables.keys()].join(', ')}); --write FILE puts them into .env`,
    );
}

async function save(target: string, imported: Imported, { dryRun }: ImportOptions): Promise<void> {
  const { servers, variables } = imported;
  const shown = shortPath(target, process.cwd());
  const env = environmentFile(target);
  if (servers.size === 0) {
    print(`${shown} stays as it is: there is nothing to add`);
    return;
  }
  const hidden = existsSync(target) ? [] : hiddenBy(target);
  const what = `${counted(servers.size, 'server')} (${[...servers.keys()].join(', ')})`;
  const secrets =
    variables.size > 0 ? `, ${counted(variables.size, 'secret')} into ${shortPath(env, process.cwd())}` : '';
  if (dryRun) {
    print(`${entriesYaml(servers, '  ')}would write ${what} into ${shown}${secrets}`);
    return;
  }
  await writeImport(target, env, imported);
  const next = typedFor(shown)('npx hive validate');
  print(`wrote ${what} into ${shown}${secrets}\nnext: ${next}`);
  for (const file of hidden)
    printError(`note: commands in this folder mean ${shown} from now on; for ${file}, write -c ${file}`);
}
