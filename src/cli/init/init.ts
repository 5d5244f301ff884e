/** `hive init`: makes a first config file from what this machine and this folder have. */
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Machine } from '../../clients/data/client.ts';
import { environmentFile } from '../../config/environment.ts';
import { renderSchema } from '../../config/schema/json-schema.ts';
import { GatewayError } from '../../errors.ts';
import { findProgram } from '../../setup/find-tools.ts';
import { keepCopy } from '../../store/keep-copy.ts';
import { type Consent, canAsk } from '../connect/consent.ts';
import { installedClients, thisMachine } from '../connect/survey.ts';
import { addVariables, compiledNameFor, replaceText, unwritable } from '../import/write-import.ts';
import { counted } from '../stack/describe-server.ts';
import { portFault } from '../stack/port-check.ts';
import { fileAbove, fileHere, hiddenBy } from '../stack/stack-file.ts';
import { typedFor } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';
import { chooseServers } from './choose.ts';
import { type Draft, draftConfig } from './draft.ts';
import type { Runners } from './examples.ts';
import { isPassing, schemaReference, shippedSchema } from './schema-path.ts';
import { USUAL_PORT } from './text.ts';
import { isUnignored } from './unignored.ts';

export interface InitOptions extends Consent {
  readonly force?: boolean;
}

const NAME = 'hive.yaml';
/** For a package that does not stay where it is. */
const SCHEMA_NAME = 'hive.schema.json';
/** Ports that are tried from the usual one on. */
const PORTS = 20;

/** @throws GatewayError USAGE if there is a config file, STATE_FAILED if none can be written */
export async function init(options: InitOptions): Promise<void> {
  const port = await makeConfig(options);
  if (port !== undefined) printNext(port);
}

/** @returns the port of the gateway; undefined if nothing was to be written */
export async function makeConfig(options: InitOptions): Promise<number | undefined> {
  const target = resolve(NAME);
  requireFree(options);
  const above = fileAbove();
  const hidden = [...hiddenBy(target), ...(above === undefined ? [] : [above])];
  const facts = await factsFor(target);
  const mayAsk = canAsk() && !options.yes && !options.dryRun;
  const draft = await draftConfig(facts, mayAsk ? chooseServers : takeAll);
  for (const note of draft.notes) printError(`note: ${note}`);
  if (options.dryRun) {
    print(draft.text.trimEnd());
    printError(`would write this to ${NAME}${secretsOf(draft)}`);
    return undefined;
  }
  await write(target, draft, facts.ownSchema);
  report(draft, facts.machine);
  for (const file of hidden)
    printError(`note: commands in this folder mean ${NAME} from now on; for ${file}, write -c ${file}`);
  return facts.port ?? USUAL_PORT;
}

const takeAll = async (origins: ReadonlyMap<string, string>): Promise<string[]> => [...origins.keys()];

function requireFree({ force }: InitOptions): void {
  const here = fileHere();
  if (here === undefined || force) return;
  const add = `add what your clients have: npx hive import --scan --write ${here}`;
  throw new GatewayError('USAGE', `${here} is there already: nothing was written`, {
    hint: `${add}; or make another ${NAME}, and keep a copy of this one: npx hive init --force`,
  });
}

async function factsFor(target: string) {
  const folder = dirname(target);
  const machine = thisMachine();
  const shipped = shippedSchema();
  const ownSchema = shipped === undefined || isPassing(shipped) ? resolve(SCHEMA_NAME) : undefined;
  const port = await freePort();
  return {
    target,
    folder,
    machine,
    runners: runnersOf(machine),
    port: port === USUAL_PORT ? undefined : port,
    ownSchema,
    schema: schemaReference(ownSchema ?? shipped ?? '', folder),
    composeFile: await compiledNameFor(target),
  };
}

/** The usual port, or the next one that nobody has. */
async function freePort(): Promise<number> {
  for (let port = USUAL_PORT; port < USUAL_PORT + PORTS; port++)
    if ((await portFault('127.0.0.1', port)) !== 'EADDRINUSE') return port;
  return USUAL_PORT;
}

function runnersOf({ platform, env }: Machine): Runners {
  const endings = platform === 'win32' ? ['.cmd', '.exe'] : [''];
  const has = (name: string): boolean => endings.some((it) => findProgram(`${name}${it}`, env) !== undefined);
  return { npx: has('npx'), uvx: has('uvx'), docker: has('docker') };
}

/** Secrets first: entries whose variables have no value would fail. */
async function write(
  target: string,
  { text, variables }: Draft,
  ownSchema: string | undefined,
): Promise<void> {
  if (existsSync(target)) print(`kept the old file as ${copyOf(target)}`);
  await addVariables(environmentFile(target), variables);
  if (ownSchema !== undefined) replaceText(ownSchema, renderSchema(), 0o644);
  replaceText(target, text, 0o644);
}

function copyOf(path: string): string {
  try {
    return keepCopy(path);
  } catch (cause) {
    throw unwritable(path, cause);
  }
}

function secretsOf({ variables }: Draft): string {
  return variables.size === 0 ? '' : `, and ${counted(variables.size, 'secret')} to .env`;
}

function report(draft: Draft, { env }: Machine): void {
  const { serverNames, unset } = draft;
  const servers = `${counted(serverNames.length, 'server')} (${serverNames.join(', ')})`;
  print(`wrote ${NAME} with ${servers}${secretsOf(draft)}`);
  if (draft.variables.size > 0 && isUnignored(resolve('.env'), env))
    printError('note: git would take .env, which has the secrets, with it; add a line to .gitignore: .env');
  if (unset.length > 0) printError(`note: set in .env, or in the environment: ${unset.join(', ')}`);
}

function printNext(port: number): void {
  const typed = typedFor(undefined);
  const clients = installedClients().map(({ title }) => title);
  const found = clients.length === 0 ? 'your MCP clients' : clients.slice(0, 4).join(', ');
  const more = clients.length > 4 ? ` and ${clients.length - 4} more` : '';
  const rows = [
    [typed('npx hive up'), `serve it at http://127.0.0.1:${port}/mcp`],
    [typed('npx hive connect'), `add it to ${found}${more}`],
  ] as const;
  const width = Math.max(...rows.map(([command]) => command.length));
  print(`next:\n${rows.map(([command, about]) => `  ${command.padEnd(width)}   ${about}`).join('\n')}`);
}
