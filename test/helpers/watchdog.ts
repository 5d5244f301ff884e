/** Removes what a killed test run left behind. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * A shell that outlives this test process and removes what a killed test left behind. It reads the resources to guard from a
 * pipe, which closes when the test process ends, even by SIGKILL. It lacks the mark of the test run, so it does not count as a
 * leak. Lines: `stack NAME FOLDER`, `done NAME`. Every gateway has a file of its stack's folder among its arguments. The containers
 * of an engine with its data in the folder outlive that engine.
 */
const WATCHDOG = `
trap '' HUP INT TERM
stacks=' '
while read -r verb name folder; do
  case $verb in
    stack) stacks="$stacks$name=$folder " ;;
    done) case $stacks in *" $name="*) rest=\${stacks#* $name=}; stacks="\${stacks%% $name=*} \${rest#* }" ;; esac ;;
  esac
done
end() {
  for file in $(grep -lsaF -- "$1" /proc/[0-9]*/"$2"); do
    pid=\${file#/proc/}; kill -KILL "\${pid%/$2}" 2>/dev/null
  done
}
for stack in $stacks; do
  name=\${stack%%=*}; folder=\${stack#*=}
  # What the run or compose is still starting may come a moment later.
  for try in 1 2 3; do
    end "$folder/" cmdline
    for container in "$folder"/data/containers/*; do
      [ ! -d "$container" ] || end "\${container##*/}" cgroup
    done
    ids=$(docker ps -aq --filter "label=mcp.stack=$name")
    [ -z "$ids" ] || docker rm -f -v $ids
    sleep 1
  done
  for kind in network volume; do
    ids=$(docker $kind ls -q --filter "label=com.docker.compose.project=$name")
    [ -z "$ids" ] || docker $kind rm $ids
  done
  images=$(docker images -q --filter "reference=hive/$name-*")
  [ -z "$images" ] || docker rmi -f $images
  umount -l "$folder/.state" "$folder/data" 2>/dev/null
  rm -rf --one-file-system -- "$folder"
  end "$folder/" cmdline
done
`;

let watchdog: ChildProcess | undefined;
let isRemoving = false;

/** From now on the stack's gateways and everything they created are removed when this process dies. Call `unguardStack` after a
 * regular cleanup. */
export function guardStack(name: string, folder: string): void {
  tell(`stack ${name} ${folder}`);
}

export function unguardStack(name: string): void {
  tell(`done ${name}`);
}

/**
 * Removes everything that is guarded now, in place of the regular cleanup. Resolves when that is done: the caller should end the
 * process, since the removed things may still be in use by it.
 */
export async function removeGuarded(): Promise<void> {
  isRemoving = true;
  if (!watchdog || watchdog.exitCode !== null) return;
  const ended = once(watchdog, 'exit');
  watchdog.ref();
  watchdog.stdin?.end();
  await ended;
}

/** Must precede every start of Hive in a guarded folder: it would make the folder again. @throws Error */
export function requireGuard(): void {
  if (isRemoving) throw new Error('this run is broken off');
}

function tell(line: string): void {
  watchdog ??= start();
  watchdog.stdin?.write(`${line}\n`);
}

function start(): ChildProcess {
  const { PATH, DOCKER_HOST } = process.env;
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'hive-test-watchdog'], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH, ...(DOCKER_HOST ? { DOCKER_HOST } : {}) },
    cwd: '/',
  });
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as { unref?: () => void }).unref?.();
  return child;
}
