/** The child link, under the contract of all links and on its own. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openChild } from '../../../src/runtime/links/child.ts';
import { findMarked, OWNER, OWNER_VARIABLE, SERVER_VARIABLE } from '../../../src/runtime/links/processes.ts';
import { ask, collect } from '../../contract/collect.ts';
import { linkContract } from '../../contract/link.ts';

const SERVERS = fileURLToPath(new URL('../../servers', import.meta.url));
let count = 0;

const options = (server: string, args: string[] = []) => ({
  serverName: `${server}-${process.pid}-${count++}`,
  command: process.execPath,
  args: [`${SERVERS}/${server}.mjs`, ...args],
  env: {},
  cwd: tmpdir(),
});

linkContract({
  name: 'child',
  deviations: {},
  open: async (server, seen) => {
    const child = options(server);
    const link = await openChild(child, seen.events);
    return {
      link,
      seen,
      dispose: async () => {},
      left: async () => findMarked(SERVER_VARIABLE, child.serverName),
    };
  },
});

test('a server must get its own variables, a safe few of the gateway, its arguments unsplit, and its folder', async () => {
  process.env.HIVE_TEST_SECRET = 'secret';
  const seen = collect();
  const link = await openChild(
    { ...options('environment', ['a b', '$HOME', '"']), env: { MINE: '1', TERM: 'x' } },
    seen.events,
  );
  const answer = JSON.parse((await ask(link, seen, 1, 'tools/call', '{}')).toString());
  await link.close(1_000);
  const { env, argv, cwd } = answer.result.structuredContent;
  assert.equal(env.HIVE_TEST_SECRET, undefined);
  assert.equal(env.MINE, '1');
  assert.equal(env.TERM, 'x');
  assert.equal(env.PATH, process.env.PATH);
  assert.equal(env[OWNER_VARIABLE], OWNER);
  assert.deepEqual(argv, ['a b', '$HOME', '"']);
  assert.equal(cwd, tmpdir());
});

test('a server must get the variables of the gateway that its entry names', async () => {
  process.env.LINK_TEST_NAMED = 'yes';
  const seen = collect();
  const link = await openChild({ ...options('environment'), inheritEnv: ['LINK_TEST_*'] }, seen.events);
  const answer = JSON.parse((await ask(link, seen, 1, 'tools/call', '{}')).toString());
  await link.close(1_000);
  delete process.env.LINK_TEST_NAMED;
  assert.equal(answer.result.structuredContent.env.LINK_TEST_NAMED, 'yes');
});

test('a server must be able to open its own /dev/stdin and /dev/stdout', async () => {
  const seen = collect();
  const shell = { ...options(''), command: '/bin/sh', args: ['-c', 'cat </dev/stdin >/dev/stdout'] };
  const link = await openChild(shell, seen.events);
  await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"result":{}}'));
  await seen.until(() => seen.messages.length > 0);
  await link.close(1_000);
  assert.deepEqual(seen.closed, [{ exitCode: 0 }], 'the end of its input ends it');
});

test('a server must also be reached on systems where no pipe can be made', async (t) => {
  const { platform } = process;
  t.after(() => Object.defineProperty(process, 'platform', { value: platform }));
  Object.defineProperty(process, 'platform', { value: 'darwin' });
  const seen = collect();
  const link = await openChild(options('environment'), seen.events);
  assert.ok(await ask(link, seen, 1, 'tools/call', '{}'));
  await link.close(1_000);
  assert.deepEqual(seen.closed, [{ exitCode: 0 }]);
});

test('the pipes of a server must be closed at its end, and when it cannot be started', async () => {
  const before = new Set(pipesOpen());
  const ours = () => pipesOpen().filter((name) => !before.has(name));
  const seen = collect();
  const link = await openChild(options('echo'), seen.events);
  assert.equal(ours().length, 2, 'one end of its input, one of its output');
  await link.close(1_000);
  await assert.rejects(openChild({ ...options('echo'), command: 'no-such-command' }, seen.events));
  while (ours().length > 0) await new Promise((resolve) => setImmediate(resolve));
});

/** Pipes that this process has open, by the numbers that the kernel gives them. */
function pipesOpen(): string[] {
  const names = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return '';
    }
  });
  return names.filter((name) => name.startsWith('pipe:'));
}

test('a death by signal must be reported with the signal', async () => {
  const seen = collect();
  const link = await openChild(options('exits-mid-call'), seen.events);
  await link.send(
    Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"arguments":{"signal":"SIGSEGV"}}}'),
  );
  await seen.until(() => seen.closed.length > 0);
  assert.deepEqual(seen.closed, [{ signal: 'SIGSEGV' }]);
});

test('a missing or not executable command and a missing folder must be named, with the fix', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-child-'));
  const plain = join(folder, 'plain.txt');
  writeFileSync(plain, 'text');
  const bad = join(folder, 'bad.sh');
  writeFileSync(bad, '#!/no/such/shell\n', { mode: 0o755 });
  const cases = [
    [{ command: 'no-such-command-7' }, /command not found: no-such-command-7/, /install no-such-command-7/],
    [{ command: plain }, /plain\.txt is not executable/, /chmod \+x/],
    [{ command: join(folder, 'bin/x') }, /there is no \S+bin\/x$/, /^correct the path in `command`$/],
    [{ command: bad }, /names an interpreter that does not exist/, /^correct the first line of \S+bad\.sh$/],
    [{ command: 'uvx', env: { PATH: folder } }, /command not found: uvx/, /^install uv, which has uvx: curl/],
    [{ cwd: join(folder, 'nowhere') }, /nowhere does not exist/, /workdir/],
  ] as const;
  for (const [change, message, hint] of cases) {
    const seen = collect();
    await assert.rejects(
      openChild({ ...options('echo'), ...change }, seen.events),
      (error: Error & { code: string; hint: string }) => {
        assert.equal(error.code, 'START_FAILED');
        assert.match(error.message, message);
        assert.match(error.hint, hint);
        return true;
      },
    );
    assert.deepEqual(seen.closed, []);
  }
  rmSync(folder, { recursive: true });
});

test('close must end a server behind a wrapper that holds its pipes, as npx does', async () => {
  const child = options('wrapped');
  const seen = collect();
  const link = await openChild(child, seen.events);
  await ask(link, seen, 1, 'echo', '{}');
  assert.equal(findMarked(SERVER_VARIABLE, child.serverName).length, 2);
  await link.close(100);
  assert.deepEqual(findMarked(SERVER_VARIABLE, child.serverName), []);
});

test('the end of its wrapper must end a server', async () => {
  const child = options('wrapped');
  const seen = collect();
  const link = await openChild(child, seen.events);
  await ask(link, seen, 1, 'echo', '{}');
  process.kill(link.pid as number, 'SIGKILL');
  await seen.until(() => seen.closed.length > 0);
  assert.deepEqual(findMarked(SERVER_VARIABLE, child.serverName), []);
});

for (const [server, killsWatchdog] of [
  ['wrapped', false],
  ['spawns-children', false],
  ['wrapped', true],
] as const) {
  const before = killsWatchdog ? ', though its watchdog was killed before' : '';
  test(`kill -9 of the gateway must leave no process of ${server}${before}`, async () => {
    const serverName = `orphan-${server}-${process.pid}`;
    const script = `
      import { openChild } from ${JSON.stringify(new URL('../../../src/runtime/links/child.ts', import.meta.url).href)};
      const events = { message: () => console.log('up'), noise() {}, stderr() {}, closed() {} };
      const link = await openChild(${JSON.stringify({ ...options(server), serverName })}, events);
      await link.send(Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping"}'));`;
    const gateway = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(gateway.stdout, 'data');
    const started = findMarked(SERVER_VARIABLE, serverName);
    assert.ok(started.length >= 2);
    if (killsWatchdog) await replaceWatchdog(gateway.pid as number);
    gateway.kill('SIGKILL');
    await once(gateway, 'exit');
    const deadline = Date.now() + 60_000;
    while (findMarked(SERVER_VARIABLE, serverName).length > 0 && Date.now() < deadline)
      await once(setTick(), 'tick');
    assert.deepEqual(findMarked(SERVER_VARIABLE, serverName), []);
  });
}

/** The kernel does not report the end of processes other than children, so tests have to poll. */
function setTick(): EventTarget {
  const target = new EventTarget();
  setTimeout(() => target.dispatchEvent(new Event('tick')), 20);
  return target;
}

const watchdogOf = (pid: number): number | undefined =>
  readdirSync('/proc')
    .map(Number)
    .find((candidate) => {
      if (!(candidate > 0)) return false;
      try {
        const isOurs =
          readFileSync(`/proc/${candidate}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(pid);
        return isOurs && readFileSync(`/proc/${candidate}/cmdline`, 'utf8').includes('hive-watchdog');
      } catch {
        return false;
      }
    });

/** Kills the watchdog of that gateway and waits for the next one. */
async function replaceWatchdog(gateway: number): Promise<void> {
  const first = watchdogOf(gateway) as number;
  process.kill(first, 'SIGKILL');
  const deadline = Date.now() + 60_000;
  for (
    let next: number | undefined = first;
    next === undefined || next === first;
    next = watchdogOf(gateway)
  ) {
    assert.ok(Date.now() < deadline, 'no new watchdog');
    await once(setTick(), 'tick');
  }
}

test('an installation that is stopped must get SIGTERM and time to leave its cache in order', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-npx-'));
  const script = `#!/bin/sh\ntrap 'sleep 0.3; echo tidied > "${folder}/out"; exit 1' TERM\necho up >&2\nsleep 60 & wait\n`;
  writeFileSync(join(folder, 'npx'), script, { mode: 0o755 });
  const seen = collect();
  const link = await openChild(
    { ...options('x'), command: join(folder, 'npx'), args: ['-y', 'x'] },
    seen.events,
  );
  await seen.until(() => seen.stderr.includes('up'));
  await link.close(0);
  assert.equal(readFileSync(join(folder, 'out'), 'utf8'), 'tidied\n');
  rmSync(folder, { recursive: true });
});
