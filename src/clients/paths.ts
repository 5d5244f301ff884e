/** Where the files of a client are on a machine, and in a project. */
import { posix, win32 } from 'node:path';
import type { Client, HomePath, Machine } from './data/client.ts';

type System = 'linux' | 'darwin' | 'win32';

const systemOf = ({ platform }: Machine): System =>
  platform === 'win32' || platform === 'darwin' ? platform : 'linux';

const join = (machine: Machine, ...parts: readonly string[]): string =>
  (machine.platform === 'win32' ? win32 : posix).join(...parts);

/** Absolute paths of the user's files, the preferred one first. */
export function userPaths({ paths, override }: Client, machine: Machine): string[] {
  const folder = override && machine.env[override.variable];
  if (folder) return [join(machine, folder, override.file)];
  return (paths[systemOf(machine)] ?? paths.linux).map((path) => absolute(path, machine));
}

/** Absolute paths of all files of the user that may have servers of this client. */
export function userFiles(client: Client, machine: Machine): string[] {
  const further = (client.alsoRead ?? []).map((path) => absolute(path, machine));
  return [...userPaths(client, machine), ...further];
}

/** Absolute paths of the files of a project. */
export function projectPaths({ project = [] }: Client, folder: string, machine: Machine): string[] {
  return project.map((path) => join(machine, folder, path));
}

/** Paths of which one exists if the client is installed. */
export function tracesOf(client: Client, machine: Machine): string[] {
  const traces = client.traces?.map((path) => absolute(path, machine)) ?? [];
  const { dirname } = machine.platform === 'win32' ? win32 : posix;
  return traces.length > 0 ? traces : userPaths(client, machine).map((path) => dirname(path));
}

export interface Place {
  /** Id of the client. */
  readonly client: string;
  /** Absolute. */
  readonly path: string;
}

/** Every file that clients may have on this machine, whether it exists or not. */
export function placesOf(clients: readonly Client[], project: string, machine: Machine): Place[] {
  return clients.flatMap((client) => {
    const paths = [...projectPaths(client, project, machine), ...userFiles(client, machine)];
    return paths.map((path) => ({ client: client.id, path }));
  });
}

/** Folders of settings of editors that are built on VS Code, with all that their extensions keep there. */
const EDITOR_SETTINGS = /[\\/](Code( - Insiders)?|VSCodium|Cursor|Windsurf|Trae|Kiro)[\\/]User[\\/]/;

/** True for a file of the user, which belongs to no project. @param path absolute */
export function isOfUser(path: string, clients: readonly Client[], machine: Machine): boolean {
  return EDITOR_SETTINGS.test(path) || clients.some((client) => userFiles(client, machine).includes(path));
}

function absolute(path: HomePath, machine: Machine): string {
  const [base = '', ...rest] = path.split('/');
  return join(machine, folderOf(base, machine), ...rest);
}

/** @param base as it begins a HomePath */
function folderOf(base: string, machine: Machine): string {
  const { home, env } = machine;
  const xdg = env.XDG_CONFIG_HOME || join(machine, home, '.config');
  if (base === '~') return home;
  if (base === '<xdg>') return xdg;
  if (base === '<code>') return join(machine, folderOf('<config>', machine), 'Code/User');
  const system = systemOf(machine);
  if (system === 'linux') return xdg;
  if (system === 'darwin') return join(machine, home, 'Library/Application Support');
  const local = base === '<local>';
  const given = local ? env.LOCALAPPDATA : env.APPDATA;
  return given || join(machine, home, local ? 'AppData/Local' : 'AppData/Roaming');
}
