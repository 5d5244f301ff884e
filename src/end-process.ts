/** Ends the process, even while a disk does not answer. */

/** Time for operations on files to end by themselves. */
const GRACE_MS = 300;

/** Operations that run on threads of the process: `process.exit` waits for these threads. */
const ON_THREADS = /^(FSReq|GetAddrInfoReq|GetNameInfoReq)/;

/** `process.exit`, or SIGKILL if a thread does not return from the disk in time. */
export function endProcess(exitCode: number): void {
  if (!hasBusyThread()) process.exit(exitCode);
  setTimeout(() => {
    if (hasBusyThread()) process.kill(process.pid, 'SIGKILL');
    process.exit(exitCode);
  }, GRACE_MS);
}

/** Ends a process whose work is done, if only a disk that does not answer keeps it. */
export function endIfBlocked(exitCode: number): void {
  if (hasBusyThread()) endProcess(exitCode);
}

function hasBusyThread(): boolean {
  return process.getActiveResourcesInfo().some((name) => ON_THREADS.test(name));
}
