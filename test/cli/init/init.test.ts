/** `hive init` as it is typed: what it writes, what it leaves alone, and what it says. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';

const MAIN = join(import.meta.dirname, '../../../src/main.ts');
const ROOT = mkdtempSync(join(tmpdir(), 'hive-init-cli-'));
after(() => rmSync(ROOT, { recursive: true }));

const SECRET = 'ghp_abcdefghijklmnopqrstu';
const FILE = `{ "mcpServers": { "hub": { "command": "node", "args": ["hub.js"], "env": { "TOKEN": "${SECRET}" } } } }`;

let count = 0;
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(ROOT, `case-${count++}`);
  mkdirSync(folder);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function hive(folder: string, ...args: string[]) {
  const env = {
    ...process.env,
    HOME: join(folder, 'home'),
    HIVE_STATE_DIR: join(folder, 'state'),
    NO_COLOR: '1',
  };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, env, encoding: 'utf8' });
}

const text = (folder: string, name: string): string => readFileSync(join(folder, name), 'utf8');

test('a first config must be written without questions, its secrets for the owner alone, and be valid', () => {
  const folder = folderWith({ '.mcp.json': FILE, 'home/.cursor/mcp.json': '{' });
  const { stdout, stderr, status } = hive(folder, 'init');
  assert.equal(status, 0, stderr);
  assert.match(
    stdout,
    /^wrote hive\.yaml with 1 server \(hub\), and 1 secret to \.env\nnext:\n {2}npx hive up +serve/,
  );
  assert.match(stdout, /^ {2}npx hive connect +add it to Cursor$/m);
  assert.match(stderr, /note: home\/\.cursor\/mcp\.json is left out: cannot read it: not valid JSON/);
  assert.doesNotMatch(stdout + stderr + text(folder, 'hive.yaml'), /ghp_/);
  assert.equal(text(folder, '.env'), `TOKEN=${SECRET}\n`);
  assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600);
  assert.match(hive(folder, 'validate').stdout, /hive\.yaml is valid: 1 server \(hub\)/);
});

test('the schema that the first line names must be there, and the one of this version', () => {
  const folder = folderWith({});
  assert.equal(hive(folder, 'init', '--yes').status, 0);
  const [, path = ''] = /^# yaml-language-server: \$schema=(\S+)$/m.exec(text(folder, 'hive.yaml')) ?? [];
  assert.equal(readFileSync(path, 'utf8'), hive(folder, 'schema').stdout);
});

test('a config file that is there must stay, whatever its name', () => {
  for (const [name, word] of [
    ['hive.yaml', '--yes'],
    ['hive.json', '-y'],
    ['stacks/default.yaml', '--dry-run'],
  ] as const) {
    const folder = folderWith({ [name]: 'servers: {}\n' });
    const { stderr, status } = hive(folder, 'init', word);
    assert.equal(status, 2);
    assert.match(
      stderr,
      /USAGE: \S+ is there already: nothing was written\n {2}fix: .*import --scan.*--force/,
    );
    assert.equal(text(folder, name), 'servers: {}\n');
    assert.deepEqual(readdirSync(folder), [name.split('/')[0]]);
  }
});

test('--force must keep a copy of each file that it replaces', () => {
  const folder = folderWith({ 'hive.yaml': 'servers: {}\n' });
  assert.match(hive(folder, 'init', '--force').stdout, /kept the old file as .*hive\.yaml\.bak\n/);
  const first = text(folder, 'hive.yaml');
  assert.equal(text(folder, 'hive.yaml.bak'), 'servers: {}\n');
  writeFileSync(join(folder, 'hive.yaml'), '# mine\nservers: {}\n');
  assert.equal(hive(folder, 'init', '--force').status, 0);
  assert.equal(text(folder, 'hive.yaml.bak'), 'servers: {}\n');
  assert.equal(text(folder, 'hive.yaml.bak2'), '# mine\nservers: {}\n');
  assert.equal(text(folder, 'hive.yaml'), first);
});

test('--dry-run must print the file and write nothing', () => {
  const folder = folderWith({ '.mcp.json': FILE });
  const { stdout, stderr, status } = hive(folder, 'init', '--dry-run');
  assert.equal(status, 0);
  assert.match(stdout, /^servers:\n {2}# From \.mcp\.json\n {2}hub:\n/m);
  assert.match(stderr, /would write this to hive\.yaml, and 1 secret to \.env\n$/);
  assert.doesNotMatch(stdout + stderr, /ghp_/);
  assert.deepEqual(readdirSync(folder), ['.mcp.json']);
});

test('a folder that cannot be written must be named', () => {
  const folder = folderWith({});
  const lost = join(folder, 'lost');
  mkdirSync(lost);
  // Root may write anywhere but in a folder that is gone.
  const script = `cd '${lost}' && rmdir '${lost}' && exec '${process.execPath}' '${MAIN}' init`;
  const { stderr, status } = spawnSync('sh', ['-c', script], { encoding: 'utf8' });
  assert.equal(status, 2, stderr);
  assert.match(stderr, /^error CONFIG_NOT_FOUND: the current folder has been deleted\n {2}fix: /);
  const busy = folderWith({ 'hive.yaml.new/x': '' });
  const blocked = hive(busy, 'init');
  assert.equal(blocked.status, 1);
  assert.match(blocked.stderr, /^error STATE_FAILED: cannot write .*hive\.yaml: .*\n {2}fix: /m);
});

test('git must not get the secrets unsaid', () => {
  const folder = folderWith({ '.mcp.json': FILE });
  execFileSync('git', ['init', '-q'], { cwd: folder });
  assert.match(hive(folder, 'init').stderr, /note: git would take \.env.*\.gitignore/);
  writeFileSync(join(folder, '.gitignore'), '.env*\n');
  assert.doesNotMatch(hive(folder, 'init', '--force').stderr, /gitignore/);
});

test('commands without any file must say in a line what makes one', () => {
  const folder = folderWith({});
  for (const words of [['up', '-d'], ['ps'], ['disconnect']]) {
    const { stderr, status } = hive(folder, ...words);
    assert.equal(status, 2, stderr);
    assert.match(
      stderr,
      /^error CONFIG_NOT_FOUND: (?:clients connect with the gateway of a config file, and )?there is no hive\.yaml.*\n {2}fix: make one: npx hive init; or name yours: -c FILE\n$/,
    );
  }
  assert.ok(!existsSync(join(folder, 'hive.yaml')));
});

test('clients must be listed without any config file, and connect must say what is missing', () => {
  const folder = folderWith({ 'home/.cursor/mcp.json': '{}' });
  const { stdout, stderr, status } = hive(folder, 'clients');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^Cursor +cursor +no /m);
  assert.match(stdout, /^no config file here, so no gateway: make one with npx hive init$/m);
  const connect = hive(folder, 'connect', 'cursor');
  assert.equal(connect.status, 2);
  assert.match(
    connect.stderr,
    /clients connect with the gateway of a config file, and there is no .*\n {2}fix: make one: npx hive init/,
  );
});

test('a config file above that commands meant so far must be named', () => {
  const folder = folderWith({ 'hive.yaml': 'servers: {}\n', 'sub/x': '' });
  const { stderr, status } = hive(join(folder, 'sub'), 'init');
  assert.equal(status, 0, stderr);
  assert.match(stderr, /commands in this folder mean hive\.yaml from now on; for \.\.\/hive\.yaml, write -c/);
});
