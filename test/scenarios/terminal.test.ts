/** The command line on a terminal: lines redrawn in place, Ctrl-C at any time, colour only where wanted, closed pipes. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { connectControl } from '../../src/cli/stack/control-client.ts';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { openSession, post } from '../edge/harness.ts';
import { createStack, native, type Stack } from '../helpers/hive.ts';
import { untilInFlight } from '../helpers/in-flight.ts';
import { MAIN } from '../helpers/program.ts';

const PATIENCE = 120_000;
const CTRL_C = '\u0003';

interface Typed {
  readonly child: ChildProcess;
  text(): string;
  untilPrinted(wanted: RegExp): Promise<void>;
  type(keys: string): void;
  /** Exit code of the command. */
  readonly ended: Promise<number | null>;
}

/** Runs hive on its own terminal, with `script` of util-linux. */
function atTerminal(t: TestContext, stack: Stack, args: string, env: Record<string, string> = {}): Typed {
  const command = `stty cols 100 rows 40; exec '${process.execPath}' '${MAIN}' ${args} -c '${stack.file}'`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...withoutColour(), HIVE_STATE_DIR: join(stack.folder, '.state'), TERM: 'xterm-256color', ...env },
    cwd: stack.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  return follow(t, child);
}

function withoutColour(): NodeJS.ProcessEnv {
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...env } = process.env;
  return env;
}

function follow(t: TestContext, child: ChildProcess): Typed {
  let text = '';
  const hear = (chunk: Buffer): void => {
    text += chunk.toString();
    child.emit('heard');
  };
  child.stdout?.on('data', hear);
  child.stderr?.on('data', hear);
  const ended = once(child, 'close').then(([code]) => code as number | null);
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  return {
    child,
    text: () => text,
    async untilPrinted(wanted) {
      const signal = AbortSignal.timeout(PATIENCE);
      while (!wanted.test(text))
        await once(child, 'heard', { signal }).catch(() => assert.fail(`never printed ${wanted}:\n${text}`));
    },
    type: (keys) => void child.stdin?.write(keys),
    ended,
  };
}

const ESCAPE = '\u001b';
const COLOURED = new RegExp(`${ESCAPE}\\[[\\d;]*m`);
const TOKEN = new RegExp(`${ESCAPE}\\[(?<count>[?\\d;]*)(?<move>[A-Za-z])|(?<char>[^${ESCAPE}])`, 'gs');

/** Text on the screen after cursor movements and erasures. */
function screen(text: string): string[] {
  const lines: string[] = [];
  let row = 0;
  for (const { groups: { count = '', move, char = '' } = {} } of text.matchAll(TOKEN)) {
    if (move === 'A') row = Math.max(0, row - Number(count || 1));
    if (move === 'B') row += Number(count || 1);
    if (move === 'K' && count === '2') lines[row] = '';
    if (char === '\n') row += 1;
    else if (char !== '\r') lines[row] = (lines[row] ?? '') + char;
  }
  return Array.from(lines, (line = '') => line.trimEnd());
}

test('on a terminal each server must have one line that ends as ready or failed, and a summary', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo'), exits: native('crash-on-start') } });
  const hive = atTerminal(t, stack, 'up');
  await hive.untilPrinted(/to stop /);
  const lines = screen(hive.text());
  assert.equal(lines.filter((line) => /^✔ good {3}ready {5}1 tool$/.test(line)).length, 1, lines.join('\n'));
  const failed = lines.findIndex((line) =>
    /^✖ exits {2}failed {4}SERVER_EXITED: exits exited with code 3/.test(line),
  );
  assert.ok(failed >= 0, lines.join('\n'));
  assert.equal(lines.filter((line) => / exits +failed /.test(line)).length, 1, lines.join('\n'));
  assert.ok(
    lines.slice(failed).some((line) => /^ +fix: set DATABASE_URL in `env` of the entry/.test(line)),
    lines.join('\n'),
  );
  assert.ok(lines.some((line) => line.startsWith('Hive serves 1 of 2 servers (1 tool) at http:')));
  assert.match(hive.text(), COLOURED, 'no colour');
  hive.type(CTRL_C);
  assert.equal(await hive.ended, 0);
  assert.ok(
    hive.text().endsWith('\x1b[?25h') || !hive.text().includes('\x1b[?25l'),
    'the cursor stays hidden',
  );
});

test('NO_COLOR must be respected on a terminal', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo'), exits: native('crash-on-start') } });
  const hive = atTerminal(t, stack, 'up', { NO_COLOR: '1' });
  await hive.untilPrinted(/to stop /);
  assert.doesNotMatch(hive.text(), COLOURED);
  hive.type(CTRL_C);
  assert.equal(await hive.ended, 0);
});

test('Ctrl-C while servers start must stop them in order and exit with 0', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo'), slow: native('never-answers') } });
  const hive = atTerminal(t, stack, 'up');
  await hive.untilPrinted(/good .*ready/);
  const { pid } = await pidOf(stack, 'slow');
  hive.type(CTRL_C);
  assert.equal(await hive.ended, 0);
  assert.match(hive.text(), /stopping \(press Ctrl-C again to stop immediately\)/);
  assert.doesNotMatch(hive.text(), /Hive serves/);
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.equal((await stack.hive('ps')).exitCode, 1);
});

test('a second Ctrl-C must exit immediately', async (t) => {
  // A call in flight and a server that ignores signals: a single Ctrl-C takes eight seconds, so the second is in time on a busy machine.
  const stack = createStack(t, { servers: { deaf: native('ignores-sigterm'), slow: native('slow') } });
  const hive = atTerminal(t, stack, 'up');
  await hive.untilPrinted(/Hive serves 2 of 2/);
  const url = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(hive.text())?.[0] ?? assert.fail(hive.text());
  const call = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'slow_echo' } };
  post(url, call, await openSession(url)).catch(() => 'cut off');
  await untilInFlight(url, 'slow');
  hive.type(CTRL_C);
  await hive.untilPrinted(/stopping/);
  // Two signals within 300 ms count as one Ctrl-C, because npm forwards it too.
  await delay(350);
  hive.type(CTRL_C);
  assert.equal(await hive.ended, 130);
});

test('SIGTERM while servers start must exit with 0', async (t) => {
  const stack = createStack(t, { servers: { slow: native('never-answers') } });
  const hive = await stack.up();
  await hive.until('it starts', ({ servers }) => servers.some(({ pid }) => pid !== undefined));
  assert.equal(await hive.stop(), 0);
});

test('without a terminal there must be plain lines, each printed once, the slow server last', async (t) => {
  const stack = createStack(t, {});
  const gate = join(stack.folder, 'gate');
  stack.save({ servers: { good: native('echo'), slow: native('late', gate) } });
  const hive = await stack.up();
  await hive.untilPrinted(/^good {2}ready /m);
  writeFileSync(gate, 'crash');
  await hive.untilPrinted(/^Hive serves 1 of 2 servers/m);
  assert.ok(!hive.output().includes(ESCAPE));
  const lines = hive.output().split('\n');
  assert.match(lines[0] ?? '', /^listening at http:\/\/127\.0\.0\.1:\d+\/mcp; starting 2 servers$/);
  const at = (wanted: RegExp): number => lines.findIndex((line) => wanted.test(line));
  assert.ok(at(/^slow {2}starting {2}waiting for initialize$/) > 0, hive.output());
  assert.ok(at(/^good {2}ready {5}1 tool$/) < at(/^slow {2}failed {4}SERVER_EXITED/), hive.output());
  assert.ok(at(/^slow {2}failed /) < at(/^Hive serves/), hive.output());
});

test('a reader that closes the pipe must not end the gateway', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  const child = spawn(process.execPath, [MAIN, 'up', '-c', stack.file], {
    env: { ...process.env, HIVE_STATE_DIR: join(stack.folder, '.state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const hive = follow(t, child);
  await hive.untilPrinted(/listening at/);
  child.stdout?.destroy();
  child.stderr?.destroy();
  const control = await connectControl(stateOf(stack).socket);
  assert.ok(control);
  t.after(() => control.close());
  stack.save({ servers: { good: native('echo'), more: native('echo'), bad: native('crash-on-start') } });
  for await (const { servers } of control.events())
    if (servers.some(({ serverName, state }) => serverName === 'bad' && state === 'failed')) break;
  stack.save({ servers: { good: native('echo') } });
  for await (const { servers } of control.events()) if (servers.length === 1) break;
  assert.equal(child.exitCode, null);
  child.kill('SIGTERM');
  assert.equal(await hive.ended, 0);
});

test('a command whose reader closes the pipe must exit quietly', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  await stack.up();
  const child = spawn(process.execPath, [MAIN, 'logs', '-f', '-c', stack.file], {
    env: { ...process.env, HIVE_STATE_DIR: join(stack.folder, '.state') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const logs = follow(t, child);
  child.stdout?.destroy();
  await stack.hive('restart', 'good');
  stack.save({ servers: { good: native('stderr-noise') } });
  assert.equal(await logs.ended, 0);
  assert.equal(logs.text(), '');
});

test('a command whose output cannot be written must fail', { skip: !existsSync('/dev/full') }, () => {
  const full = openSync('/dev/full', 'w');
  const { status, stderr } = spawnSync(process.execPath, [MAIN, 'schema'], {
    stdio: ['ignore', full, 'pipe'],
  });
  closeSync(full);
  assert.match(String(stderr), /^error STATE_FAILED: the output cannot be written: ENOSPC/);
  assert.equal(status, 1);
});

function stateOf(stack: Stack): ReturnType<typeof openStateDir> {
  return openStateDir(stack.file, { HIVE_STATE_DIR: join(stack.folder, '.state') });
}

async function pidOf(stack: Stack, serverName: string): Promise<{ pid: number }> {
  const control = await connectControl(stateOf(stack).socket);
  assert.ok(control);
  try {
    for await (const { servers } of control.events()) {
      const pid = servers.find((it) => it.serverName === serverName)?.pid;
      if (pid !== undefined) return { pid };
    }
    assert.fail(`${serverName} never had a process`);
  } finally {
    await control.close();
  }
}

const ENTER_SCREEN = `${ESCAPE}[?1049h${ESCAPE}[?25l`;
const LEAVE_SCREEN = `${ESCAPE}[?25h${ESCAPE}[?1049l`;

test('hive top must be drawn again in place, and q or Ctrl-C must give the terminal back', async (t) => {
  const stack = createStack(t, { servers: { good: native('echo') } });
  const gateway = await stack.up();
  await gateway.untilServer('good', 'ready');
  for (const keys of ['q', CTRL_C]) {
    const hive = atTerminal(t, stack, 'top');
    // A rate needs two samples.
    await hive.untilPrinted(/ \d+\.\d% /);
    const [before, drawn = ''] = hive.text().split(ENTER_SCREEN);
    assert.equal(before, '');
    assert.ok(drawn.split(`${ESCAPE}[H`).length > 2, 'drawn once only');
    assert.match(drawn, COLOURED);
    hive.type(keys);
    assert.equal(await hive.ended, 0);
    assert.match(hive.text().split(LEAVE_SCREEN)[1] ?? '', /SERVER +STATE +CPU.*good /s);
  }
  const plain = atTerminal(t, stack, 'top', { NO_COLOR: '1' });
  await plain.untilPrinted(/ \d+\.\d% /);
  assert.doesNotMatch(plain.text(), COLOURED);
  // The terminal is restored as well when the gateway ends first.
  assert.equal((await stack.hive('down')).exitCode, 0);
  assert.equal(await plain.ended, 1);
  assert.match(plain.text().split(LEAVE_SCREEN)[1] ?? '', /NOT_RUNNING/);
});
