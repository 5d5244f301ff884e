/** Sends signals to the processes of an exec link. */
import type { Engine } from '../../../model/engine.ts';
import { findMarked, killMarked, LINK_VARIABLE } from '../processes.ts';

export type Signaller = (name: 'SIGTERM' | 'SIGKILL') => Promise<void>;

/**
 * Signals every process that an exec has started. The engine can signal only containers. On the engine's own
 * machine Hive finds the processes by their mark; elsewhere (in a virtual machine, over TCP) the container's
 * own shell does so.
 */
export function execSignaller(
  engine: Pick<Engine, 'execDetached'>,
  containerId: string,
  linkId: string,
  user: string | undefined,
): Signaller {
  let isVisible = false;
  return async (name) => {
    isVisible ||= findMarked(LINK_VARIABLE, linkId).length > 0;
    if (isVisible) killMarked(LINK_VARIABLE, linkId, name);
    else await signalByShell(engine, containerId, linkId, name, user);
  };
}

const KILL_SCRIPT = `for file in $(grep -ls "$1" /proc/[0-9]*/environ 2>/dev/null); do
  pid=\${file#/proc/}; kill -"$2" "\${pid%/environ}" 2>/dev/null; done`;

/** Does nothing if the image has no shell: then the processes end with the container. */
export async function signalByShell(
  engine: Pick<Engine, 'execDetached'>,
  containerId: string,
  linkId: string,
  name: 'SIGTERM' | 'SIGKILL',
  user: string | undefined,
): Promise<void> {
  const mark = `${LINK_VARIABLE}=${linkId}`;
  const command = ['/bin/sh', '-c', KILL_SCRIPT, 'sh', mark, name.replace('SIG', '')];
  try {
    await engine.execDetached(containerId, { command, ...(user === undefined ? {} : { user }) });
  } catch {
    // The container is gone, and the process with it.
  }
}
