/** Servers whose commands install a package first, or cannot: a program stands in for npx. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStack, SERVERS, type Stack } from '../helpers/hive.ts';

/** An executable `npx` in the stack's folder, and an entry that runs it. */
function fakeNpx({ folder }: Stack, script: string, entry: object = {}): object {
  const path = join(folder, 'npx');
  writeFileSync(path, `#!/bin/sh\necho began >> '${folder}/began'\n${script}\n`);
  chmodSync(path, 0o755);
  return { type: 'native', command: path, args: ['-y', 'big-server@1'], ...entry };
}

const SERVE = `npm_lifecycle_event=npx exec node '${join(SERVERS, 'echo.mjs')}'`;
/** npx stays, and the server is its child. */
const SERVE_BELOW = `npm_lifecycle_event=npx sh -c "exec node '${join(SERVERS, 'echo.mjs')}'"`;

test('a package that takes longer to install than a start may take must be installed once, be shown, and serve', async (t) => {
  const stack = createStack(t, {});
  const install = 'echo "added 3 packages" >&2; npm_lifecycle_event=install sleep 5';
  const entry = fakeNpx(stack, `${install}\n${SERVE_BELOW}; :`, { timeouts: { start: '2s' } });
  stack.save({ servers: { big: entry } });
  const hive = await stack.up();
  await hive.until('the installation is shown', ({ servers: [s] }) =>
    /^installing big-server@1; it wrote: added 3 packages/.test(s?.detail ?? ''),
  );
  const { restarts } = await hive.untilServer('big', 'ready');
  assert.deepEqual([restarts, readFileSync(join(stack.folder, 'began'), 'utf8')], [0, 'began\n']);
});

test('an installation must not be killed half-way when the gateway stops', async (t) => {
  const stack = createStack(t, {});
  const script = `trap 'sleep 1; touch "${stack.folder}/tidied"; exit 1' TERM\nsleep 60 & wait`;
  stack.save({ servers: { big: fakeNpx(stack, script) } });
  const hive = await stack.up();
  await hive.until('the installation is shown', ({ servers: [s] }) => /^installing/.test(s?.detail ?? ''));
  await hive.stop();
  assert.ok(existsSync(join(stack.folder, 'tidied')));
});

test('an installation must get time to end in order when the gateway is killed, and be done again at the next start', async (t) => {
  const stack = createStack(t, {});
  const tidied = join(stack.folder, 'tidied');
  const again = `test -e '${tidied}' && { ${SERVE}; }`;
  const script = `${again}\ntrap 'sleep 1; touch "${tidied}"; exit 1' TERM\nsleep 60 & wait`;
  const started = join(stack.folder, 'pid');
  const served = `echo $$ > '${started}'; exec sleep 60`;
  const plain = { type: 'native', command: 'sh', args: ['-c', served] };
  stack.save({ servers: { big: fakeNpx(stack, script), plain } });
  const hive = await stack.up();
  await hive.until('the installation is shown', ({ servers: [s] }) => /^installing/.test(s?.detail ?? ''));
  const pid = Number(readFileSync(started, 'utf8'));
  hive.child.kill('SIGKILL');
  await until('a server is killed at once', () => !isAlive(pid));
  assert.ok(!existsSync(tidied), 'the installation has its time');
  await until('the installation has ended in order', () => existsSync(tidied));
  stack.save({ servers: { big: fakeNpx(stack, script) } });
  const next = await stack.up();
  await next.untilServer('big', 'ready');
});

async function until(what: string, is: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; Date.now() < deadline; await sleep(20)) if (is()) return;
  assert.fail(what);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a broken cache of npx must be told with a command that mends it, and a key that is missing with its place', async (t) => {
  const stack = createStack(t, {});
  const cache = join(stack.folder, 'cache/_npx/0123456789abcdef');
  const broken = `test -e '${stack.folder}/ok' || { echo "npm error ENOENT: no such file, open '${cache}/package.json'" >&2; exit 254; }`;
  const entry = fakeNpx(stack, `${broken}\n${SERVE}`);
  const keyless = {
    type: 'native',
    command: 'sh',
    args: [
      '-c',
      'echo "Error: X_API_KEY environment variable is required" >&2; for n in $(seq 40); do echo "  --opt$n  text" >&2; done; exit 1',
    ],
  };
  stack.save({ servers: { big: entry, keyless } });
  const hive = await stack.up();
  const { hint } = await hive.untilServer('big', 'failed');
  assert.match(hint ?? '', new RegExp(`rm -rf ${cache} && npx hive restart big`));
  const failed = await hive.untilServer('keyless', 'failed');
  assert.match(
    failed.reason ?? '',
    /lines of stderr:\n {2}Error: X_API_KEY environment variable is required\n {2}…\n/,
  );
  assert.match(
    failed.hint ?? '',
    /^set X_API_KEY in `env` of the entry \(hive\.yaml:\d+\), its value in \.env$/,
  );
  assert.match(failed.detail ?? '', /^failure 1; trying again in \d\d s, and at the next call$/);
});
