/** From an empty folder to a call: `hive init` and `hive up` with the reference server of MCP. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { createShell } from '../helpers/cli.ts';
import { MAIN } from '../helpers/program.ts';

const PATIENCE_MS = 120_000;
const EVERYTHING = join(
  import.meta.dirname,
  '../../node_modules/@modelcontextprotocol/server-everything/dist/index.js',
);
const CLIENT = JSON.stringify({
  mcpServers: { everything: { command: process.execPath, args: [EVERYTHING, 'stdio'] } },
});
/** No client of the machine on which the tests run. */
const HOME = { HOME: '/nonexistent', XDG_CONFIG_HOME: '' };

test('what init writes must serve at once, in the folder and below it', async (t) => {
  const shell = createShell(t, { '.mcp.json': CLIENT }, HOME);
  const made = await shell.hive('init');
  assert.equal(made.exitCode, 0, made.stderr);
  const [, address = ''] = /serve it at (\S+)/.exec(made.stdout) ?? [];
  const up = await shell.hive('up', '-d');
  try {
    assert.equal(up.exitCode, 0, up.stderr);
    assert.match(up.stdout, /Hive serves 1 of 1 server /);
    assert.ok(up.stdout.includes(address), `${address}\n${up.stdout}`);
    assert.match(
      (await shell.hive('call', 'everything_get-sum', 'a=1', 'b=2')).stdout,
      /sum of 1 and 2 is 3/,
    );

    const below = join(shell.folder, 'src/deep');
    mkdirSync(below, { recursive: true });
    const env = { HIVE_STATE_DIR: join(shell.folder, '.state'), NO_COLOR: '1', ...HOME };
    const ps = await execa(process.execPath, [MAIN, 'ps'], { cwd: below, env });
    assert.match(ps.stdout, /everything +native +ready/);
    assert.equal(ps.stderr, 'note: using ../../hive.yaml');
  } finally {
    // Before the folder is removed, which says where the gateway is.
    assert.equal((await shell.hive('down')).stdout, 'gateway stopped');
  }
});

test('hive up at a terminal must offer a config file where there is none, and serve it', async (t) => {
  const shell = createShell(t, { '.mcp.json': CLIENT }, HOME);
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...env } = process.env;
  const command = `stty cols 100 rows 40; exec '${process.execPath}' '${MAIN}' up`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    env: { ...env, ...HOME, HIVE_STATE_DIR: join(shell.folder, '.state'), TERM: 'xterm-256color' },
    cwd: shell.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'close');
  t.after(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    child.emit('heard');
  });
  const untilPrinted = async (wanted: RegExp): Promise<void> => {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    while (!wanted.test(text))
      await once(child, 'heard', { signal }).catch(() => assert.fail(`never printed ${wanted}:\n${text}`));
  };
  await untilPrinted(/Make a hive\.yaml/);
  assert.equal(existsSync(join(shell.folder, 'hive.yaml')), false, 'written before the answer');
  child.stdin.write('\r');
  await untilPrinted(/Servers to take over/);
  child.stdin.write('\r');
  await untilPrinted(/Hive serves 1 of 1 server/);
  assert.match(readFileSync(join(shell.folder, 'hive.yaml'), 'utf8'), /# From \.mcp\.json\n {2}everything:/);
  child.stdin.write('\u0003');
  const [code] = await ended;
  assert.equal(code, 0);
});
