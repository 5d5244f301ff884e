/** Paths of this machine that a container should not have. */
import { posix } from 'node:path';
import type { KeyPath } from '../source/source.ts';
import type { Danger, Resolve } from './danger.ts';

/** Folders whose contents are the machine itself, its users or its engine. */
const MACHINE = /^\/(|etc|proc|sys|dev|boot|root|home|usr|run|var|var\/run|var\/lib)$/;
const ENGINE =
  /^(\/var\/lib\/(docker|containerd|containers)|(\/var)?\/run\/(docker|containerd|podman))(\/|$)/;
const SOCKET = /(docker|podman|containerd|crio)\.sock$/;
/** Files and folders that decide who may do what. */
const ACCESS =
  /^\/(etc\/(passwd|shadow|group|gshadow|sudoers|ssh|pam\.d|crontab|cron\.[a-z]+)|root\/\.\w+)(\/|$)/;
const LOGINS = /\/\.(ssh|gnupg|aws|kube|docker)(\/|$)/;
/** Folders of the system in which no file of variables or secrets lies, but for those named like one. */
const SYSTEM = /^\/(etc|proc|sys|dev|boot|usr|bin|sbin|lib)\//;
const OWN = /env|secret|token|key|\/default\/|\/sysconfig\//i;

/** @param text `SOURCE:TARGET[:OPTIONS]`, or a source alone @param folder to which the source is relative */
export function mountDanger(path: KeyPath, text: string, folder: string, resolve: Resolve): Danger[] {
  const source = sourceOf(resolve(text));
  if (!/^[/.~]/.test(source)) return [];
  const place = posix.resolve(folder, source.replace(/^~/, '/root'));
  const written = sourceOf(text);
  if (SOCKET.test(place))
    return [{ path, text: `mounts ${written}: the engine's socket makes it root here` }];
  if ([MACHINE, ENGINE, ACCESS, LOGINS].some((it) => it.test(place)))
    return [{ path, text: `mounts ${written} of this machine` }];
  return [];
}

/** @param what `envFile`, or which secret */
export function fileDanger(path: KeyPath, file: string, folder: string, what: string): Danger[] {
  const place = posix.resolve(folder, file);
  const isOdd = ACCESS.test(place) || LOGINS.test(place) || (SYSTEM.test(place) && !OWN.test(place));
  return isOdd ? [{ path, text: `gets the contents of ${file} as its ${what}` }] : [];
}

/** The part before the first colon that is not within `${…}`. */
function sourceOf(text: string): string {
  return /^(?:\$\{[^}]*\}|[^:])*/.exec(text)?.[0] ?? '';
}
