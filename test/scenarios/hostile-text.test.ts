/** Whatever servers and containers write, no terminal and no client gets characters that act on a terminal. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { execa } from 'execa';
import { createShell } from '../helpers/cli.ts';
import { container, createStack, native, SERVERS, type Stack } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';
import { eventually } from '../helpers/tools.ts';

/** C0 but tab and line feed, DEL, C1, what reorders or breaks lines, what nobody sees. */
const ACTING = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]--[\n\t]]/v;
const ESC = '\u001b';
/** Colours, as Hive itself writes them. */
const OWN_COLOUR = new RegExp(`${ESC}\\[[\\d;]*m`, 'g');
/** What a list that is redrawn in place needs: the cursor up, hidden or shown, a line erased. */
const REDRAW = new RegExp(`${ESC}\\[(?:\\d*[ABCDGK]|\\?(?:25|2026)[hl])|\\r(?=\\n|${ESC}|$)`, 'g');

function assertClean(text: string, what: string): void {
  const at = text.search(ACTING);
  assert.equal(at, -1, `${what}: ${JSON.stringify(text.slice(Math.max(0, at - 80), at + 40))}`);
}

const SERVERS_OF_STACK = {
  serves: { ...native('hostile-text'), prefix: '' },
  exits: native('hostile-text', 'exits'),
  refuses: native('hostile-text', 'refuses'),
  version: native('hostile-text', 'version'),
  gateway: { use: 'gateway' },
};

const COMMANDS = [
  ['ps'],
  ['ps', '--json'],
  ['logs'],
  ['logs', '--json'],
  ['logs', 'serves'],
  ['doctor'],
  ['doctor', '--json'],
  ['plan'],
  ['plan', '--json'],
  ['validate'],
  ['validate', '--json'],
  ['compile', '--stdout'],
  ['restart', 'exits'],
  ['restart', 'no\u001b[2Jserver\u202e'],
  ['logs', 'no\u001b[2Jserver\r\n'],
  ['login', '\u009b2J'],
  ['op'],
  ['op', 'server_list'],
  ['op', 'server_list', '--json'],
  ['op', 'server_show', 'server=refuses'],
  ['op', 'server_logs', 'server=serves'],
  ['op', 'server_logs', 'server=serves', '--json'],
  ['op', 'no\u001b]0;x\u0007'],
  ['call', 'ok'],
  ['call', 'ok', '--json'],
  ['call', 'ok', 'a\u001b[2J=\u202e'],
  ['call', 'refuses_x'],
  ['call', 'no\u001b[2Jtool\u202e'],
  ['tools'],
  ['tools', 'serves'],
  ['tools', 'refuses'],
  ['tools', 'no\u001b[2Jserver\u202e'],
  ['tools', '--schema'],
  ['tools', '--json'],
  ['calls'],
  ['calls', '--json'],
  ['calls', 'serves', '--outcome', 'failed'],
  ['calls', 'no\u001b[2Jserver'],
  ['calls', '--tool', 'no\u001b[2Jtool'],
  ['calls', '--outcome', 'no\u001b[2J'],
  ['stop', 'serves', 'exits'],
  ['ps'],
  ['start', 'serves', 'exits'],
  ['start', 'no\u001b[2Jserver\u202e'],
  ['stop', 'no\u001b[2Jserver\u202e'],
  ['no\u001b[2Jcommand'],
  ['ps', '--no\u202eoption'],
  ['up'],
];

/** Commands that have no config file. */
const WITHOUT_FILE = [
  ['search', 'no\u001b[2Jserver\u202e'],
  ['search', 'github', '--runs-as', '\u009b2J'],
  ['info', 'no\u001b[2Jentry\u202e'],
  ['info', 'github', 'no\u001b[2Jparameter=\u009b2J'],
  ['init', '--dry-run', '--yes'],
];

const settled = { serves: 'ready', exits: 'failed', refuses: 'failed', version: 'failed' } as const;

test('every command must print only text, whatever servers write', async (t) => {
  const stack = createStack(t, { servers: SERVERS_OF_STACK });
  const hive = await stack.up();
  for (const [name, state] of Object.entries(settled)) await hive.untilServer(name, state);
  const follower = following(t, stack);
  for (const args of COMMANDS) {
    const { stdout, stderr } = await stack.hive(...args);
    assertClean(stdout, `hive ${args[0]}: stdout`);
    assertClean(stderr, `hive ${args[0]}: stderr`);
  }
  const { stdout: logs } = await stack.hive('logs', 'serves');
  assert.match(logs, /stderr \\x1b\[2J\\x1b\]0;title\\x07/, 'what a server writes is shown, not dropped');
  assert.match(logs, / coloured$/m, 'colours are dropped');
  assert.match(logs, /tools\/list: HIDDEN.* is left out/);
  const { stdout: ps } = await stack.hive('ps');
  assert.doesNotMatch(ps, /^error FAKE/m, 'no text of a server may stand where a line of Hive begins');
  await follower.until(/SERVER_EXITED|stderr/);
  assertClean(follower.text(), 'hive logs -f');
  assertClean(hive.output(), 'hive up');
});

test('commands without a config file must print only text, whatever clients and people wrote', async (t) => {
  const hostile = 'no\u001b[2Jserver\u202e\u009b2J';
  const servers = { [hostile]: { command: hostile }, far: { url: `https://example.com/${hostile}` } };
  const shell = createShell(t, {
    '.mcp.json': JSON.stringify({ mcpServers: { ...servers, fits: { command: 'x', args: [hostile] } } }),
  });
  for (const args of WITHOUT_FILE) {
    const { stdout, stderr } = await shell.hive(...args);
    assert.notEqual(stdout + stderr, '');
    assertClean(stdout, `hive ${args[0]}: stdout`);
    assertClean(stderr, `hive ${args[0]}: stderr`);
  }
});

function following(t: TestContext, stack: Stack): { text(): string; until(wanted: RegExp): Promise<void> } {
  const child = stack.start('logs', '-f');
  t.after(() => child.kill());
  const text = textOf(child);
  return { text, until: (wanted) => eventually('it follows', () => wanted.test(text())) };
}

function textOf(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
  return () => text;
}

test('clients must get no escapes in errors, names, instructions, log messages and pages', async (t) => {
  const stack = createStack(t, { servers: SERVERS_OF_STACK });
  const hive = await stack.up();
  for (const [name, state] of Object.entries(settled)) await hive.untilServer(name, state);
  const client = await hive.client();
  const received: unknown[] = [client.getInstructions(), await client.listTools()];
  client.setNotificationHandler(LoggingMessageNotificationSchema, (it) => void received.push(it));
  for (const name of ['ok', 'refuses_x', 'nothing'])
    received.push(await client.callTool({ name }).catch((error: Error) => error.message));
  for (const [name, input] of [
    ['server_list', {}],
    ['server_show', { server: 'version' }],
    ['server_logs', { server: 'serves' }],
    ['plan_show', {}],
  ] as const)
    received.push(await client.callTool({ name, arguments: input }));
  await eventually('the log message is here', () => JSON.stringify(received).includes('log \\\\x1b'));
  const base = hive.url.replace(/\/mcp$/, '');
  for (const path of ['/health', '/ready', '/metrics', '/mcp', '/nothing'])
    received.push(await (await fetch(base + path)).text());
  for (const path of ['/', '/mcp', `/${encodeURIComponent('\u202e\u001b[2J')}`])
    received.push(await (await fetch(base + path, { headers: { accept: 'text/html' } })).text());
  for (const text of textsIn(received)) assertClean(text, 'a client');
  assert.ok(JSON.stringify(received).includes('call \\\\x1b[2J'), 'the error of the call is here');
  assert.deepEqual(
    (await client.listTools()).tools.map(({ name }) => name).filter((name) => !/_/.test(name)),
    ['ok'],
  );
});

function* textsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') yield value;
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      yield* textsIn(inner);
    }
}

test('on a terminal there must be the colours of Hive, and no other escapes', async (t) => {
  const stack = createStack(t, { servers: SERVERS_OF_STACK });
  const up = atTerminal(t, stack, ['up']);
  await eventually('it serves', () => /to stop /.test(up()));
  for (const args of [
    ['ps'],
    ['logs'],
    ['doctor'],
    ['restart', 'exits'],
    ['op', 'server_list'],
    ['call', 'ok'],
    ['calls'],
    ['tools'],
  ]) {
    const text = atTerminal(t, stack, args);
    await eventually('it ends', () => text.ended());
    assertOwnEscapes(text(), `hive ${args[0]}`);
  }
  assertOwnEscapes(up(), 'hive up');
});

const assertOwnEscapes = (text: string, what: string): void =>
  assertClean(text.replaceAll('\r\n', '\n').replace(OWN_COLOUR, '').replace(REDRAW, ''), what);

/** Runs hive on its own terminal, with `script` of util-linux. */
function atTerminal(
  t: TestContext,
  stack: Stack,
  args: readonly string[],
): (() => string) & { ended(): boolean } {
  const words = [process.execPath, MAIN, ...args, '-c', stack.file].map((word) => `'${word}'`).join(' ');
  const { NO_COLOR: _, CI: __, ...env } = process.env;
  const child = spawn('script', ['-qec', `stty cols 200 rows 50; exec ${words}`, '/dev/null'], {
    env: { ...env, HIVE_STATE_DIR: join(stack.folder, '.state'), TERM: 'xterm-256color' },
    cwd: stack.folder,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  t.after(() => child.kill());
  return Object.assign(textOf(child), { ended: () => child.exitCode !== null });
}

test('hostile labels and output of containers must not reach a terminal', async (t) => {
  const stack = createStack(t, {
    gateway: { port: 0, discover: 'all' },
    servers: { serves: container('hostile-text'), exits: container('hostile-text', 'exits') },
  });
  const hive = await stack.up();
  await hive.untilServer('serves', 'ready');
  await hive.untilServer('exits', 'failed');
  const name = `${stack.name}-${randomBytes(3).toString('hex')}`;
  const hostile = '\u001b[2J\r\u202e\u009b2J';
  const labels = ['mcp.server=x', 'mcp.type=stdio', `mcp.prefix=${hostile}`, `mcp.path=${hostile}`];
  t.after(() => execa('docker', ['rm', '-f', name], { reject: false }));
  await execa('docker', [
    ...['run', '-d', '-i', '--name', name, '-v', `${SERVERS}:/servers:ro`],
    ...labels.flatMap((label) => ['--label', label]),
    ...['node:24-slim', 'node', '/servers/hostile-text.mjs'],
  ]);
  await hive.until('it is ignored', ({ ignored }) => ignored.length > 0);
  for (const args of [['ps'], ['ps', '--json'], ['logs'], ['doctor'], ['plan'], ['tools'], ['calls']]) {
    const { stdout, stderr } = await stack.hive(...args);
    assertClean(stdout + stderr, `hive ${args[0]}`);
  }
  assertClean(hive.output(), 'hive up');
});
