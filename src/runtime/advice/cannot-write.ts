/** Finds what keeps a container's process from writing: a read-only root, `noexec`, or another owner. */
import type { ContainerServer } from '../../model/desired.ts';

/** What to change in the entry; undefined if its process does not complain of a place that it cannot use. */
export function cannotWrite(server: ContainerServer, text: string): string | undefined {
  if (server.readOnly && READ_ONLY.test(text)) return readOnlyRoot(server);
  const path = (DENIED_LAST.exec(text) ?? DENIED_FIRST.exec(text))?.[1];
  if (path === undefined) return undefined;
  const target = server.volumes.map(targetOf).find((folder) => isWithin(path, folder));
  if (target !== undefined) return otherOwner(target, server);
  if (server.tmpfs.some((mount) => isWithin(path, mount.split(':', 1)[0] ?? '') && !isExecutable(mount)))
    return 'tmpfs allows no programs: write "/tmp:exec" in `tmpfs` of the entry';
  return HOME.test(path) ? `its user cannot write there: add ${HOME_IN_TMP} to the entry` : undefined;
}

/** Messages of Node, Python and libc. A folder that cannot be made below a read-only root may be ENOENT. */
const READ_ONLY =
  /\bEROFS\b|read-only file system|No usable temporary directory|ENOENT[^\n]*mkdir|mkdir[^\n]*ENOENT/i;

/** `EACCES: permission denied, open '/data/x'`, and Python's `Permission denied: '/data/x'`. */
const DENIED_FIRST = /(?:EACCES|permission denied)[^\n]{0,80}?['" ](\/[^'"\s:]+)/i;
/** The shell's `sh: 1: /tmp/x: Permission denied`. */
const DENIED_LAST = /(?:^|[\s'"])(\/[^'"\s:]{1,200})['"]?: permission denied/im;

/** The places of caches and settings, which have no owner but root in most images. */
const HOME = /^\/(?:\.\w|root\b|home\b|nonexistent\b)/;
const HOME_IN_TMP = 'env: { HOME: /tmp }';

function readOnlyRoot({ tmpfs }: ContainerServer): string {
  const hasTmp = tmpfs.some((mount) => mount.split(':', 1)[0] === '/tmp' && isExecutable(mount));
  const add = hasTmp ? HOME_IN_TMP : `tmpfs: ["/tmp:exec"] and ${HOME_IN_TMP}`;
  return `it needs to write, and its root is read-only: add ${add} to the entry`;
}

function otherOwner(folder: string, { user }: ContainerServer): string {
  const who = user ?? "the image's user";
  const owned = `RUN mkdir -p ${folder} && chown ${user ?? 'USER'} ${folder}`;
  return (
    `${folder} belongs to another user than ${who}: give it to that user in the Dockerfile (${owned}) ` +
    'before the volume is first used, or write user: root in the entry'
  );
}

/** `SOURCE:TARGET[:MODE]`, or the target alone. */
function targetOf(volume: string): string {
  const parts = volume.split(':');
  return (parts.length === 1 ? parts[0] : parts[1]) ?? '';
}

const isExecutable = (mount: string): boolean => /[:,]exec\b/.test(mount);

const isWithin = (path: string, folder: string): boolean =>
  folder.startsWith('/') && (path === folder || path.startsWith(`${folder.replace(/\/$/, '')}/`));
