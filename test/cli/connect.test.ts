/** `hive connect`, `disconnect` and `clients` as they are typed, on files of a home of their own. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { CLIENTS } from '../../src/clients/clients.ts';
import type { Machine } from '../../src/clients/data/client.ts';
import { userPaths } from '../../src/clients/paths.ts';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const ROOT = mkdtempSync(join(tmpdir(), 'hive-connect-'));
after(() => rmSync(ROOT, { recursive: true }));

const URL = 'http://127.0.0.1:8765/mcp';
const STACK = 'name: mine\ngateway: { port: 8765 }\nservers:\n  a: { command: node a.js }\n';
const MINE = '{\r\n  // mine\r\n  "mcpServers": {\r\n    "other": { "env": { "KEY": "sk-1" } },\r\n  },\r\n}';
const CURSOR = '.cursor/mcp.json';

let count = 0;
function homeWith(files: Readonly<Record<string, string>>): string {
  const home = join(ROOT, `case-${count++}`);
  for (const [name, text] of Object.entries({ 'hive.yaml': STACK, ...files })) {
    mkdirSync(dirname(join(home, name)), { recursive: true });
    writeFileSync(join(home, name), text);
  }
  return home;
}

function hive(home: string, ...args: string[]) {
  const env = { PATH: '/usr/bin:/bin', HOME: home, HIVE_STATE_DIR: join(home, 'state'), NO_COLOR: '1' };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: home, env, encoding: 'utf8' });
}

const text = (home: string, name = CURSOR): string => readFileSync(join(home, name), 'utf8');

/** Every path below a folder but Hive's state. */
const tree = (home: string): string[] =>
  readdirSync(home, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.startsWith('state'))
    .sort();

test('a client must be connected and disconnected without a trace, in its comments, CRLF and mode', () => {
  const home = homeWith({ [CURSOR]: MINE });
  chmodSync(join(home, CURSOR), 0o640);
  const before = tree(home);
  const { stdout, stderr, status } = hive(home, 'connect', 'cursor', '--yes');
  assert.equal(status, 0, stderr);
  assert.ok(text(home).startsWith(MINE.slice(0, 50)) && text(home).includes(`"url": "${URL}"`));
  assert.equal(text(home).replaceAll('\r\n', '').includes('\n'), false);
  assert.equal(statSync(join(home, CURSOR)).mode & 0o777, 0o640);
  assert.match(stdout, /^\+ +"url": "http:\/\/127\.0\.0\.1:8765\/mcp"$/m);
  assert.match(stdout, /undo: npx hive disconnect cursor$/m);
  assert.doesNotMatch(stdout, /sk-1/);
  const undone = hive(home, 'disconnect', '--yes');
  assert.equal(undone.status, 0, undone.stderr);
  assert.match(undone.stdout, /byte for byte/);
  assert.equal(text(home), MINE);
  assert.equal(statSync(join(home, CURSOR)).mode & 0o777, 0o640);
  assert.deepEqual(tree(home), before);
});

test('an edit of somebody else after the connection must outlive the undo', () => {
  const home = homeWith({ [CURSOR]: MINE });
  assert.equal(hive(home, 'connect', 'cursor', '--yes').status, 0);
  writeFileSync(join(home, CURSOR), text(home).replace('// mine', '// changed'));
  const { stdout, status } = hive(home, 'disconnect', 'cursor', '--yes');
  assert.equal(status, 0);
  assert.match(stdout, /only the entry is removed/);
  assert.equal(
    text(home).replace(/,(?=\r\n {2}\})/, ''),
    MINE.replace('// mine', '// changed').replace(/,(?=\r\n {2}\})/, ''),
  );
});

test('a second connect must add nothing, and adopt an entry that the user made', () => {
  const own = '{ "mcpServers": { "gate": { "url": "http://localhost:8765/mcp/" } } }';
  const home = homeWith({ [CURSOR]: own });
  const { stdout, status } = hive(home, 'connect', 'cursor', '--yes');
  assert.equal(status, 0);
  assert.match(stdout, /connected already, as "gate"/);
  assert.equal(text(home), own);
  const table = hive(home, 'clients').stdout;
  assert.match(table, /^Cursor +cursor +as gate +.*mcp\.json +40 tools, names of 60$/m);
  const facts = JSON.parse(hive(home, 'clients', '--json').stdout) as {
    client: string;
    connectedAs: unknown;
  }[];
  assert.equal(facts.find(({ client }) => client === 'cursor')?.connectedAs, 'gate');
  assert.equal(facts.length, CLIENTS.length);
});

test('nothing must be written without consent, at a dry run, or into a folder that is not there', () => {
  const home = homeWith({ [CURSOR]: MINE });
  const before = tree(home);
  const dry = hive(home, 'connect', 'cursor', '--dry-run');
  assert.equal(dry.status, 0, dry.stderr);
  assert.match(dry.stdout, /^\+\+\+ /m);
  assert.equal(hive(home, 'connect', 'cursor').status, 1);
  assert.equal(text(home), MINE);
  const missing = hive(home, 'connect', 'kiro', '--yes');
  assert.equal(missing.status, 1);
  assert.match(
    missing.stderr,
    /CLIENT_FAILED: there is no folder .*\.kiro\/settings.*\n {2}fix: start Kiro once/,
  );
  const project = hive(home, 'connect', 'vscode', '--project', '--yes');
  assert.match(project.stderr, /fix: make it: mkdir -p .*\.vscode/);
  assert.deepEqual(tree(home), before);
});

test('a link must stay a link, and a file that Hive made must go again', () => {
  const home = homeWith({ 'dotfiles/cursor.json': MINE, '.codex/x': '' });
  mkdirSync(join(home, '.cursor'));
  symlinkSync('../dotfiles/cursor.json', join(home, CURSOR));
  const { stderr, status } = hive(home, 'connect', 'cursor', 'codex', '--yes');
  assert.equal(status, 0, stderr);
  assert.ok(lstatSync(join(home, CURSOR)).isSymbolicLink());
  assert.match(text(home, 'dotfiles/cursor.json'), /8765/);
  assert.equal(text(home, '.codex/config.toml'), `[mcp_servers.hive]\nurl = "${URL}"\n`);
  assert.equal(statSync(join(home, '.codex/config.toml')).mode & 0o777, 0o600);
  assert.equal(hive(home, 'disconnect', '--yes').status, 0);
  assert.ok(!existsSync(join(home, '.codex/config.toml')));
  assert.equal(text(home, 'dotfiles/cursor.json'), MINE);
  assert.ok(lstatSync(join(home, CURSOR)).isSymbolicLink());
});

test('every client must be connected by its link, and undone, with all that this machine has at once', () => {
  const home = homeWith({});
  const machine: Machine = { platform: 'linux', home, env: {} };
  const files = CLIENTS.flatMap((client) =>
    userPaths(client, machine)
      .slice(0, 1)
      .map((path) => ({ client, path })),
  );
  for (const { client, path } of files) {
    const real = join(home, 'real', client.id);
    mkdirSync(dirname(real), { recursive: true });
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(real, client.format === 'json' ? '{}\n' : '# mine\n');
    symlinkSync(real, path);
  }
  const { stderr, status } = hive(home, 'connect', '--yes');
  assert.equal(status, 0, stderr);
  for (const { client, path } of files) {
    const real = text(home, join('real', client.id));
    assert.ok(real.includes(URL) || real.includes('stdio'), client.id);
    assert.ok(lstatSync(path).isSymbolicLink(), client.id);
  }
  const undone = hive(home, 'disconnect', '--yes');
  assert.equal(undone.status, 0, undone.stderr);
  for (const { client } of files)
    assert.equal(
      text(home, join('real', client.id)),
      client.format === 'json' ? '{}\n' : '# mine\n',
      client.id,
    );
});

test('Claude Desktop must get the command, and refuse HTTP', () => {
  const file = '.config/Claude/claude_desktop_config.json';
  const home = homeWith({ [file]: '' });
  assert.equal(hive(home, 'connect', 'claude-desktop', '--http').status, 2);
  assert.equal(hive(home, 'connect', 'claude-desktop', '--yes', '--server', 'a').status, 0);
  const { mcpServers } = JSON.parse(text(home, file));
  assert.deepEqual(mcpServers['hive-a'].args, [MAIN, 'stdio', 'a', '-c', join(home, 'hive.yaml')]);
  assert.equal(hive(home, 'connect', 'cursor', '--server', 'b').status, 1);
});

const AUTH = `auth:\n  tokens:\n    me: sha256:${'1'.repeat(64)} # mine\n`;

test('with tokens, the client must get one of its own, and the config file its digest', () => {
  const home = homeWith({ [CURSOR]: '', 'hive.yaml': `${STACK}${AUTH}` });
  const { stdout, stderr, status } = hive(home, 'connect', 'cursor', '--yes', '--write-token');
  assert.equal(status, 0, stderr);
  const { Authorization } = JSON.parse(text(home)).mcpServers.hive.headers;
  const token = Authorization.slice('Bearer '.length);
  assert.match(token, /^hive_.{43}$/);
  assert.ok(!stdout.includes(token) && !stderr.includes(token));
  const digest = createHash('sha256').update(token).digest('hex');
  assert.equal(text(home, 'hive.yaml'), `${STACK}${AUTH}    cursor: sha256:${digest}\n`);
  const undone = hive(home, 'disconnect', 'cursor', '--yes');
  assert.ok(!undone.stdout.includes(token));
  assert.match(undone.stderr, /note: its token stays valid until you delete auth\.tokens\.cursor from/);
});

test('without --write-token, the line to add must be printed, and the config file stay', () => {
  const home = homeWith({ [CURSOR]: '', 'hive.yaml': `${STACK}${AUTH}` });
  const { stderr } = hive(home, 'connect', 'cursor', '--yes');
  assert.match(stderr, /^auth:\n {2}tokens:\n {4}cursor: sha256:[0-9a-f]{64}$/m);
  assert.equal(text(home, 'hive.yaml'), `${STACK}${AUTH}`);
});

test('the file of a project must name a variable instead of the token', () => {
  const home = homeWith({ '.vscode/x': '', '.zed/x': '', 'hive.yaml': `${STACK}${AUTH}` });
  const { stdout, stderr, status } = hive(home, 'connect', 'vscode', '--project', '--yes');
  assert.equal(status, 0, stderr);
  assert.equal(
    JSON.parse(text(home, '.vscode/mcp.json')).servers.hive.headers.Authorization,
    'Bearer ${env:HIVE_TOKEN}',
  );
  assert.match(stdout, /export HIVE_TOKEN=hive_/);
  const zed = hive(home, 'connect', 'zed', '--project', '--yes');
  assert.match(zed.stderr, /fix: use stdio, which needs none: npx hive connect zed --project --stdio/);
  assert.equal(hive(home, 'disconnect', 'vscode', '--project', '--yes').status, 0);
  assert.deepEqual(readdirSync(join(home, '.vscode')), ['x']);
});

test('a gateway that does not run must be named, but to clients that start it', () => {
  const home = homeWith({ [CURSOR]: '{}' });
  assert.match(hive(home, 'connect', 'cursor', '--yes').stderr, /^note: no gateway runs: .*hive up -d$/m);
  assert.doesNotMatch(hive(home, 'connect', 'cursor', '--stdio', '--yes').stderr, /no gateway runs/);
});

test('uninstall must list as staying only what stays, and fail if it is declined', () => {
  const home = homeWith({ '.cache/hive/x': '' });
  const plain = hive(home, 'uninstall');
  assert.match(plain.stdout, /Stays:.*volumes with the data.*images that Hive built/s);
  assert.deepEqual([plain.status, plain.stdout.trim().split('\n').at(-1)], [1, 'Not done without --yes.']);
  const all = hive(home, 'uninstall', '--volumes', '--rmi', 'local', '--dry-run');
  const [removed = '', stays = ''] = all.stdout.split('Stays:');
  assert.equal(all.status, 0);
  assert.match(removed, /volumes .*images /s);
  assert.doesNotMatch(stays, /volumes|that Hive built/);
});

test('links and texts to paste must be printed, and write nothing', () => {
  const home = homeWith({ [CURSOR]: MINE });
  const link = hive(home, 'connect', 'cursor', '--link').stdout.trim();
  const config = new globalThis.URL(link).searchParams.get('config') ?? '';
  assert.deepEqual(JSON.parse(Buffer.from(config, 'base64').toString()), { url: URL });
  const code = hive(home, 'connect', 'vscode', '--link').stdout.trim();
  assert.deepEqual(JSON.parse(decodeURIComponent(code.replace('vscode:mcp/install?', ''))), {
    name: 'hive',
    type: 'http',
    url: URL,
  });
  const { stdout, stderr } = hive(home, 'connect', 'jetbrains');
  assert.deepEqual(JSON.parse(stdout), { mcpServers: { hive: { type: 'http', url: URL } } });
  assert.match(stderr, /Settings → Tools → AI Assistant/);
  assert.equal(text(home), MINE);
});

test('Claude Code must be left to its own command where that is there', () => {
  const home = homeWith({ '.claude.json': '{}', 'bin/claude': '#!/bin/sh\n' });
  const env = { PATH: join(home, 'bin'), HOME: home, HIVE_STATE_DIR: join(home, 'state') };
  const run = (...args: string[]): string =>
    spawnSync(process.execPath, [MAIN, ...args], { cwd: home, env, encoding: 'utf8' }).stdout.trim();
  assert.equal(run('connect', 'claude-code'), `claude mcp add --scope user --transport http hive ${URL}`);
  const { stderr } = spawnSync(process.execPath, [MAIN, 'connect', 'claude-code'], {
    cwd: home,
    env,
    encoding: 'utf8',
  });
  assert.match(stderr, /^not done yet; run this, which adds Hive to Claude Code:\n/);
  assert.match(stderr, /undo: claude mcp remove --scope user hive\n/);
  assert.equal(text(home, '.claude.json'), '{}');
  assert.equal(hive(home, 'connect', 'claude-code', '--yes').status, 0);
  assert.match(text(home, '.claude.json'), /"type": "http"/);
  assert.equal(run('disconnect', 'claude-code'), 'claude mcp remove --scope user hive');
});

test('files that cannot be edited must stay as they are, and the others be connected', () => {
  const broken = {
    '.codex/config.toml': 'x = ',
    '.zed': '',
    '.kiro/settings/mcp.json': '{ "mcpServers": [] }',
  };
  const home = homeWith({ ...broken, [CURSOR]: '' });
  writeFileSync(join(home, '.cursor/mcp.json'), '');
  const { stderr, status } = hive(home, 'connect', 'codex', 'kiro', 'cursor', '--yes');
  assert.equal(status, 1);
  assert.match(stderr, /CLIENT_FAILED: .*config\.toml stays as it is: it is not valid TOML/);
  assert.match(stderr, /CLIENT_FAILED: .*\.kiro.*stays as it is: its "mcpServers" is no JSON object/);
  assert.match(text(home), /8765/);
  for (const [name, content] of Object.entries(broken)) assert.equal(text(home, name), content);
});

test('mistakes on the command line must be named with their fix', () => {
  const home = homeWith({ [CURSOR]: MINE });
  assert.match(
    hive(home, 'connect', 'cursr').stderr,
    /no client is called cursr\n {2}fix: did you mean cursor\?/,
  );
  assert.match(hive(home, 'connect').stderr, /found cursor\n {2}fix: name one: npx hive connect cursor;/);
  assert.match(hive(home, 'connect', 'goose', '--project').stderr, /Goose has no file in a project/);
  assert.equal(hive(home, 'connect', 'cursor', '--stdio', '--http').status, 2);
});

test('disconnect without a config file must name the stacks that have connected clients', () => {
  const home = homeWith({ [CURSOR]: MINE });
  const env = { PATH: '/usr/bin:/bin', HOME: home, HIVE_STATE_DIR: join(home, 'state'), NO_COLOR: '1' };
  const lost = () => spawnSync(process.execPath, [MAIN, 'disconnect'], { cwd: '/', env, encoding: 'utf8' });
  assert.doesNotMatch(lost().stderr, /are connected with/);
  assert.equal(hive(home, 'connect', 'cursor', '--yes').status, 0);
  const { status, stderr } = lost();
  assert.notEqual(status, 0, stderr);
  assert.ok(stderr.includes(`clients are connected with: npx hive disconnect -c ${home}/hive.yaml`), stderr);
});

test('--dry-run must write no digest, whatever else is asked for', () => {
  for (const client of ['jetbrains', 'cursor']) {
    const home = homeWith({ [CURSOR]: '', 'hive.yaml': `${STACK}${AUTH}` });
    const { status, stderr } = hive(home, 'connect', client, '--dry-run', '--write-token');
    assert.equal(status, 0, stderr);
    assert.equal(text(home, 'hive.yaml'), `${STACK}${AUTH}`, client);
  }
});

test('an entry of the user that leads to Hive must be taken out without a word of its own values', () => {
  const entry = { url: URL, headers: { 'X-Api-Key': 'mine-4711' } };
  const home = homeWith({ [CURSOR]: JSON.stringify({ mcpServers: { own: entry } }, null, 2) });
  const { stdout, stderr } = hive(home, 'disconnect', 'cursor', '--yes');
  assert.match(stdout, /^- .*\*\*\*/m);
  assert.ok(!`${stdout}${stderr}`.includes('mine-4711'), stdout);
  assert.doesNotMatch(text(home), /own/);
});
