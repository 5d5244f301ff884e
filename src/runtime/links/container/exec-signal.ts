import type Docker from 'dockerode';
import { findMarked, killMarked, LINK_VARIABLE } from '../processes.ts';

export type Signaller = (name: 'SIGTERM' | 'SIGKILL') => Promise<void>;

/**
 * Signals everything that an exec has started. The engine can signal containers only. On its own machine the processes are ours
 * to see by their mark; elsewhere (in a VM, over TCP) the container's own shell has to do it.
 */
export function execSignaller(
  container: Docker.Container,
  linkId: string,
  user: string | undefined,
): Signaller {
  let isLocal = false;
  return async (name) => {
    isLocal ||= findMarked(LINK_VARIABLE, linkId).length > 0;
    if (isLocal) killMarked(LINK_VARIABLE, linkId, name);
    else await signalByShell(container, linkId, name, user);
  };
}

const KILL_SCRIPT = `for file in $(grep -ls "$1" /proc/[0-9]*/environ 2>/dev/null); do
  pid=\${file#/proc/}; kill -"$2" "\${pid%/environ}" 2>/dev/null; done`;

/** Does nothing where the image has no shell: then the container's end is the process's end. */
export async function signalByShell(
  container: Docker.Container,
  linkId: string,
  name: 'SIGTERM' | 'SIGKILL',
  user: string | undefined,
): Promise<void> {
  const mark = `${LINK_VARIABLE}=${linkId}`;
  const Cmd = ['/bin/sh', '-c', KILL_SCRIPT, 'sh', mark, name.replace('SIG', '')];
  try {
    const exec = await container.exec({ Cmd, ...(user === undefined ? {} : { User: user }) });
    // Its answer has to be read, or its connection stays.
    (await exec.start({ Detach: true })).resume();
  } catch {
    // The container is gone, and the process with it.
  }
}
