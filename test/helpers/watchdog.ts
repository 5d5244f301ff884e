/** Removes what a killed test run left behind. */
import { type ChildProcess, spawn } from 'node:child_process';

/**
 * A shell that outlives this test process and removes what a killed test left behind. It reads the resources to guard from a
 * pipe, which closes when the test process ends, even by SIGKILL. It lacks the mark of the test run, so it does not count as a
 * leak. Lines: `stack NAME FOLDER`, `done NAME`. Every gateway has a file of its stack's folder among its arguments.
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
for stack in $stacks; do
  name=\${stack%%=*}; folder=\${stack#*=}
  for file in $(grep -lsaF -- "$folder/" /proc/[0-9]*/cmdline); do
    pid=\${file#/proc/}; kill -KILL "\${pid%/cmdline}" 2>/dev/null
  done
  # What compose is still making may come a moment later.
  for try in 1 2 3; do
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
done
`;

let watchdog: ChildProcess | undefined;

/** From now on the stack's gateways and everything they created are removed when this process dies. Call `unguardStack` after a
 * regular cleanup. */
export function guardStack(name: string, folder: string): void {
  tell(`stack ${name} ${folder}`);
}

export function unguardStack(name: string): void {
  tell(`done ${name}`);
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
