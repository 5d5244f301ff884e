import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Outlives this test process just long enough to take down what it leaves behind when it is killed. It reads what there is to
 * guard; the pipe it reads from ends when we end, even by SIGKILL. It has no mark of the test run: it is no leak itself.
 * Lines: `stack NAME FOLDER`, `done NAME`. Every gateway has a file of its stack's folder among its arguments.
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

/** From now on the stack's gateways die with this process, and what they made goes; `unguardStack` when that is done already. */
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
