/** Paths that are relative to the folder of the imported file, as seen from the folder of the stack file. */
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { type Keys, textsOf } from '../../config/foreign/keys.ts';
import { isRemoteContext } from '../../config/foreign/remote-context.ts';
import { isRecord } from '../../model/collections/is-record.ts';

/** Words that name a file of the project. */
const LOCAL_WORD = /^\.{1,2}\/|^[\w@-][^:]*\.(m?js|cjs|ts|py|sh)$/;

/**
 * The entry with its paths relative to `to` where they are within it, else absolute. A process whose words
 * name files gets the folder in which it used to start.
 */
export function rebasePaths(keys: Keys, from: string, to: string): Keys {
  const path = (text: string) => pathFrom(text, from, to);
  const { workdir, envFile, dockerfile, build, volumes } = keys;
  const isProcess =
    typeof keys.command === 'string' && !('image' in keys || 'dockerfile' in keys || 'build' in keys);
  const words = [...textsOf(keys.command), ...textsOf(keys.args)];
  const needsFolder = isProcess && from !== to && words.some((word) => LOCAL_WORD.test(word));
  return {
    ...keys,
    // Without a folder of its own a process starts in that of the stack file.
    ...(isProcess && workdir === undefined && !needsFolder ? argumentsBelow(to, keys) : {}),
    ...(isProcess && typeof workdir === 'string' ? { workdir: path(workdir) } : {}),
    ...(workdir === undefined && needsFolder ? { workdir: path('.') } : {}),
    ...(envFile === undefined
      ? {}
      : { envFile: Array.isArray(envFile) ? textsOf(envFile).map(path) : path(String(envFile)) }),
    ...(typeof dockerfile === 'string' ? { dockerfile: path(dockerfile) } : {}),
    ...(build === undefined ? {} : { build: rebasedBuild(build, path) }),
    ...(Array.isArray(volumes)
      ? { volumes: textsOf(volumes).map((volume) => volumeFrom(volume, path)) }
      : {}),
  };
}

const argumentsBelow = (folder: string, { args }: Keys): Keys =>
  Array.isArray(args) ? { args: args.map((word) => below(word, folder)) } : {};

/** A word that is an absolute path in the folder, relative to it: the file may be shared with others. */
function below(word: unknown, folder: string): unknown {
  if (typeof word !== 'string' || folder === dirname(folder)) return word;
  if (word === folder) return '.';
  return word.startsWith(`${folder}/`) ? `./${word.slice(folder.length + 1)}` : word;
}

function rebasedBuild(build: unknown, path: (text: string) => string): unknown {
  const rebased = (context: unknown): string =>
    isRemoteContext(String(context)) ? String(context) : path(String(context));
  return isRecord(build) ? { ...build, context: rebased(build.context ?? '.') } : rebased(build);
}

function pathFrom(text: string, from: string, to: string): string {
  if (/^(\$\{|~)/.test(text)) return text;
  const absolute = resolve(from, text);
  const local = relative(to, absolute);
  if (local === '') return '.';
  return local.startsWith('..') || isAbsolute(local) ? absolute : `./${local}`;
}

/** Named volumes stay as they are. */
function volumeFrom(volume: string, path: (text: string) => string): string {
  const at = volume.indexOf(':', /^[A-Za-z]:[\\/]/.test(volume) ? 2 : 0);
  if (at < 0 || !/^(\.|\/)/.test(volume)) return volume;
  return `${path(volume.slice(0, at))}${volume.slice(at)}`;
}
