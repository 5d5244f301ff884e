/** `hive uninstall`: removes what Hive has made for this user. The package itself is npm's to remove. */
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError, renderError, toGatewayError } from '../../errors.ts';
import { homeFolder } from '../../files/home.ts';
import { stateRoot } from '../../runtime/memory/state-dir.ts';
import { secretsFolder } from '../../secrets/store/names.ts';
import { type Consent, mayWrite } from '../connect/consent.ts';
import { forgetSecrets } from '../secret/forget.ts';
import { type KnownStack, knownStacks } from '../stack/find/known-stacks.ts';
import { requireLocal, takeDown } from '../stack/take-down.ts';
import { typedError, typedFor } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';
import { askGateway } from './ask-gateway.ts';
import { madeAround, removeEmpty } from './made-around.ts';
import { cacheFolder, unitPath } from './user-folders.ts';

export interface UninstallOptions extends Consent {
  readonly volumes?: boolean;
  /** `local`: images that Hive built. */
  readonly rmi?: string;
}

/** @returns the exit code: 1 if something could not be removed, or the user declined */
export async function uninstall(options: UninstallOptions): Promise<number> {
  requireLocal(options.rmi, 'uninstall');
  const stacks = knownStacks();
  const hasUnit = existsSync(unitPath());
  const others = [secretsFolder(stateRoot()), cacheFolder()].filter((folder) => existsSync(folder));
  if (stacks.length === 0 && !hasUnit && others.length === 0) print('Hive keeps nothing for this user.');
  else {
    await list(stacks, hasUnit, others);
    explainOptions(options);
    if (!(await mayWrite(options, 'Remove this now?', false))) return Number(!options.dryRun);
  }
  const home = homeFolder();
  const around = [stateRoot(), cacheFolder()].map((folder) => madeAround(folder, home));
  // A service would start the gateways again.
  const isGone = !hasUnit || (await removeService());
  const left = isGone ? await removeStacks(stacks, options) : stacks.length;
  await removeOthers(others, left === 0);
  dropIfEmpty(stateRoot());
  for (const folders of around) removeEmpty(folders);
  if (isGone && left === 0) print(`${HOW_TO_REMOVE}`);
  return isGone && left === 0 ? 0 : 1;
}

const HOW_TO_REMOVE = 'to remove the program: npm uninstall -g hive-mcp, or delete the clone';

const isCache = (folder: string): boolean => folder === cacheFolder();

/** Servers of a stack that could not be taken down still need their secrets. */
async function removeOthers(folders: readonly string[], isAll: boolean): Promise<void> {
  for (const folder of folders)
    if (isCache(folder)) rmSync(folder, { recursive: true, force: true });
    else if (isAll) await forgetSecrets(folder);
}

async function list(
  stacks: readonly KnownStack[],
  hasUnit: boolean,
  others: readonly string[],
): Promise<void> {
  print('Hive made, and removes:');
  if (hasUnit) print(`  service   ${unitPath()}`);
  const answers = await Promise.all(stacks.map(({ folder }) => askGateway(folder)));
  for (const [index, { folder, file }] of stacks.entries()) {
    print(`  state     ${folder}`);
    if (file === undefined) continue;
    const answer = answers[index] ?? 'none';
    const gateway = GATEWAY[typeof answer === 'string' ? answer : 'up'];
    print(`            of ${file}: its containers and networks${gateway}`);
    if (isConnected(folder)) print('            with its entries in the files of MCP clients');
  }
  for (const folder of others)
    print(isCache(folder) ? `  cache     ${folder}` : `  secrets   ${folder}, kept by \`hive secret set\``);
}

/** What is removed since an option says so, and what uninstalling leaves, with how to remove it. */
function explainOptions({ volumes, rmi }: UninstallOptions): void {
  if (volumes) print('  volumes   with the data of servers (--volumes)');
  if (rmi) print('  images    that Hive built (--rmi local)');
  print('Stays:');
  print('  your config files, .env files and Dockerfiles, and the compiled files beside them');
  if (!volumes) print('  volumes with the data of servers (--volumes removes them)');
  if (!rmi) print('  images that Hive built (--rmi local removes them)');
  print('  base images, and a container engine that Hive installed');
}

/** What is known of a gateway, behind the names of its stack. */
const GATEWAY: Readonly<Record<'none' | 'silent' | 'up', string>> = {
  none: '',
  silent: '; its gateway does not answer',
  up: '; its gateway runs',
};

/** `hive connect` keeps its notes there. */
const isConnected = (folder: string): boolean => existsSync(join(folder, 'clients.json'));

async function removeService(): Promise<boolean> {
  const { uninstallService } = await import('./service.ts');
  return (await uninstallService()) === 0;
}

/** @returns how many state folders stay, since what they name could not be removed */
async function removeStacks(stacks: readonly KnownStack[], options: UninstallOptions): Promise<number> {
  let left = 0;
  for (const stack of stacks) {
    try {
      await removeStack(stack, options);
    } catch (thrown) {
      printError(renderError(typedError(toGatewayError(thrown), typedFor(stack.file))));
      printError(`kept ${stack.folder}, which the next try needs`);
      left++;
    }
  }
  return left;
}

async function removeStack({ folder, file }: KnownStack, options: UninstallOptions): Promise<void> {
  if (file === undefined && existsSync(join(folder, 'made.json')))
    throw new GatewayError('STATE_FAILED', `${folder} does not say whose containers it has noted`, {
      hint: 'run `npx hive down -c FILE` for its config file, then try again',
    });
  if (file !== undefined) {
    if (isConnected(folder)) await disconnectAll(file);
    await takeDown(file, {
      volumes: options.volumes ?? false,
      images: options.rmi === 'local',
      mayLackFile: true,
    });
  }
  rmSync(folder, { recursive: true, force: true });
  print(`removed ${folder}`);
}

/** A config file that is gone leaves the entries: only it says to which gateway they lead. */
async function disconnectAll(file: string): Promise<void> {
  if (!existsSync(file)) return printError(`${file} is gone, so entries of clients that lead to it stay`);
  const { disconnect } = await import('../connect/disconnect.ts');
  for (const project of [false, true]) await disconnect([], { config: file, yes: true, project });
}

function dropIfEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  const others = readdirSync(folder);
  if (others.length === 0) rmdirSync(folder);
  else print(`${folder} stays: it has ${others.slice(0, 3).join(', ')}`);
}
