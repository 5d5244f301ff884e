/** A shell that kills everything the gateway has started once the gateway is gone, even by SIGKILL. */
import { type ChildProcess, spawn } from 'node:child_process';
import { inheritedVariables } from '../memory/inherited.ts';
import { OWNER, OWNER_VARIABLE } from './processes.ts';

/**
 * Reads the process groups to guard from its stdin, a pipe that closes when the gateway ends in any way. Then
 * it kills those groups, and every other process that carries the gateway's mark. Linux's parent-death signal
 * (`setpriv --pdeathsig`) would not do: it reaches only the first process, never the server under an `npx`.
 * Groups that install a package get SIGTERM first, and 10 s: an installation that is killed may leave a cache
 * that fails every later start. The shell may be dash, which knows groups only after `kill -s`.
 */
const SCRIPT = `
trap '' HUP INT TERM
groups=' '
installing=' '
while read -r verb group; do
  case $verb in
    add) groups="$groups$group " ;;
    install) installing="$installing$group " ;;
    serve) installing="\${installing%% $group *} \${installing#* $group }" ;;
    del) groups="\${groups%% $group *} \${groups#* $group }" ;;
  esac
done
for group in $groups; do
  case $installing in
    *" $group "*) kill -s TERM -- "-$group" 2>/dev/null ;;
    *) kill -s KILL -- "-$group" 2>/dev/null ;;
  esac
done
tries=0
for group in $installing; do
  while [ $tries -lt 100 ] && kill -s 0 -- "-$group" 2>/dev/null; do sleep 0.1; tries=$((tries + 1)); done
  kill -s KILL -- "-$group" 2>/dev/null
done
for file in $(grep -lsazx -- "$1" /proc/[0-9]*/environ 2>/dev/null); do
  pid=\${file#/proc/}; kill -KILL "\${pid%/environ}" 2>/dev/null
done
`;

/** A machine on which the shell cannot run must not be kept busy with attempts. */
const MAX_STARTS = 20;

class Watchdog {
  readonly #groups = new Set<number>();
  readonly #installing = new Set<number>();
  #shell: ChildProcess | undefined;
  #starts = 0;

  /** From now on, the process group dies with this process. */
  guard(group: number): void {
    this.#groups.add(group);
    if (this.#shell) this.#write(`add ${group}`);
    else this.#start();
  }

  unguard(group: number): void {
    this.installed(group);
    if (this.#groups.delete(group)) this.#write(`del ${group}`);
  }

  /** A guarded group installs a package: until `installed`, it gets time to end in order. */
  installs(group: number): void {
    if (this.#installing.has(group)) return;
    this.#installing.add(group);
    this.#write(`install ${group}`);
  }

  installed(group: number): void {
    if (this.#installing.delete(group)) this.#write(`serve ${group}`);
  }

  /** From now on, every process of this machine that carries the gateway's mark dies with this process. */
  guardMarked(): void {
    if (!this.#shell) this.#start();
  }

  #write(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }

  #start(): void {
    this.#starts += 1;
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'hive-watchdog', `${OWNER_VARIABLE}=${OWNER}`], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: inheritedVariables(['PATH']),
      cwd: '/',
    });
    this.#shell = shell;
    shell.stdin.on('error', () => {});
    shell.on('exit', () => this.#restart(shell));
    shell.on('error', () => {});
    // The shell must not keep this process alive.
    shell.unref();
    (shell.stdin as { unref?: () => void }).unref?.();
    for (const group of this.#groups) this.#write(`add ${group}`);
    for (const group of this.#installing) this.#write(`install ${group}`);
  }

  /** The shell never ends by itself while this process runs: it was killed. */
  #restart(ended: ChildProcess): void {
    if (this.#shell !== ended) return;
    this.#shell = undefined;
    if (this.#starts < MAX_STARTS) this.#start();
  }
}

/** One for this process, whose end it watches. */
export const watchdog = new Watchdog();
