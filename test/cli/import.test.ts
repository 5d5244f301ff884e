/** `hive import` as it is typed. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const MAIN = join(import.meta.dirname, '../../src/main.ts');
const ROOT = mkdtempSync(join(tmpdir(), 'hive-import-'));
after(() => rmSync(ROOT, { recursive: true }));

const SECRET = 'ghp_abcdefghijklmnopqrstu';
const FILE = `{ "mcpServers": { "My Hub": { "command": "npx", "args": ["hub"], "env": { "TOKEN": "${SECRET}" } } } }`;

let count = 0;
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = join(ROOT, `case-${count++}`);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

function hive(folder: string, ...args: string[]) {
  const env = { ...process.env, HOME: folder, NO_COLOR: '1' };
  return spawnSync(process.execPath, [MAIN, ...args], { cwd: folder, env, encoding: 'utf8' });
}

test('an import must be printed without secrets, and write nothing', () => {
  const folder = folderWith({ 'mcp.json': FILE });
  const { stdout, stderr, status } = hive(folder, 'import', 'mcp.json');
  assert.equal(status, 0);
  assert.equal(
    stdout,
    'servers:\n  my-hub:\n    command: npx\n    args: [hub]\n    env:\n      TOKEN: ${TOKEN}\n',
  );
  assert.match(stderr, /was called "My Hub"/);
  assert.doesNotMatch(stdout + stderr, /ghp_/);
  assert.equal(execFileSync('ls', ['-A', folder], { encoding: 'utf8' }), 'mcp.json\n');
});

test('an import that is written must be valid, with its secrets in .env for the owner alone', () => {
  const own = '# mine\nservers:\n  a: { command: node }\n';
  const folder = folderWith({ '.cursor/mcp.json': FILE, 'hive.yaml': own, '.env': 'OTHER=1' });
  chmodSync(join(folder, '.env'), 0o644);
  chmodSync(join(folder, 'hive.yaml'), 0o640);
  assert.match(
    hive(folder, 'import', '--from', 'cursor', '--write', 'hive.yaml', '--dry-run').stdout,
    /would write 1 server \(my-hub\) into hive.yaml, 1 secret into .env/,
  );
  assert.equal(readFileSync(join(folder, 'hive.yaml'), 'utf8'), own);
  const { stdout, stderr, status } = hive(folder, 'import', '--from', 'cursor', '--write', 'hive.yaml');
  assert.equal(status, 0, stderr);
  assert.match(stdout, /next: npx hive validate$/m);
  assert.equal(readFileSync(join(folder, '.env'), 'utf8'), `OTHER=1\nTOKEN=${SECRET}\n`);
  assert.equal(statSync(join(folder, '.env')).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'hive.yaml')).mode & 0o777, 0o640);
  assert.ok(readFileSync(join(folder, 'hive.yaml'), 'utf8').startsWith(own));
  assert.match(hive(folder, 'validate').stdout, /valid: 2 servers/);
});

test('an import that is repeated must add nothing, and say so', () => {
  const folder = folderWith({ 'mcp.json': FILE });
  assert.equal(hive(folder, 'import', 'mcp.json', '--write', 'hive.yaml').status, 0);
  const [yaml, env] = ['hive.yaml', '.env'].map((name) => readFileSync(join(folder, name), 'utf8'));
  const { stdout, stderr, status } = hive(folder, 'import', 'mcp.json', '--write', 'hive.yaml');
  assert.equal(status, 0);
  assert.match(stderr, /note: my-hub: stands in hive\.yaml already: skipped/);
  assert.match(stdout, /hive\.yaml stays as it is/);
  assert.deepEqual(
    ['hive.yaml', '.env'].map((name) => readFileSync(join(folder, name), 'utf8')),
    [yaml, env],
  );
});

test('an entry of hive connect must not be imported: the gateway would mirror itself', () => {
  const stack = 'gateway: { port: 8123 }\nservers: {}\n';
  const servers = {
    Hive: { url: 'http://localhost:8123/mcp' },
    one: { httpUrl: 'http://127.0.0.1:8123/mcp/a' },
  };
  const folder = folderWith({ 'hive.yaml': stack, 'mcp.json': '' });
  const stdio = { command: 'node', args: ['x.js', 'stdio', '-c', join(folder, 'hive.yaml')] };
  const other = { url: 'http://127.0.0.1:8124/mcp' };
  writeFileSync(join(folder, 'mcp.json'), JSON.stringify({ mcpServers: { ...servers, stdio, other } }));
  const { stderr, status } = hive(folder, 'import', 'mcp.json', '--write', 'hive.yaml');
  assert.equal(status, 0, stderr);
  assert.match(stderr, /left out, since it is this gateway itself: Hive, one, stdio/);
  assert.match(readFileSync(join(folder, 'hive.yaml'), 'utf8'), /^servers: \{\s*"other": /m);
  assert.equal(hive(folder, 'validate').status, 0);
});

test('a new stack file must not take the compiled file of the stack beside it, nor its place unsaid', () => {
  const folder = folderWith({
    'stacks/default.yaml':
      'name: one\ncomposeFile: ../docker-compose.mcp.yml\nservers: { a: { image: i } }\n',
    'mcp.json': '{ "mcpServers": { "b": { "command": "docker", "args": ["run", "-i", "img"] } } }',
  });
  assert.equal(hive(folder, 'compile').status, 0);
  const { stderr, status } = hive(folder, 'import', 'mcp.json', '--write', 'hive.yaml');
  assert.equal(status, 0, stderr);
  assert.match(
    stderr,
    /commands in this folder mean hive\.yaml from now on; for stacks\/default\.yaml, write -c/,
  );
  assert.match(readFileSync(join(folder, 'hive.yaml'), 'utf8'), /^composeFile: docker-compose\.hive\.yml$/m);
  assert.equal(hive(folder, 'validate').status, 0);
});

test('validate and doctor must name a compiled file that belongs to another stack', () => {
  const folder = folderWith({
    'a.yaml': 'name: one\nservers: { a: { image: i } }\n',
    'hive.yaml': 'name: two\nservers: { b: { image: i } }\n',
    'stacks/default.yaml': 'servers: {}\n',
  });
  assert.equal(hive(folder, 'compile', '-c', 'a.yaml').status, 0);
  const { stderr, status } = hive(folder, 'validate');
  assert.equal(status, 2);
  assert.match(
    stderr,
    /docker-compose\.mcp\.yml is the compiled file of .*a\.yaml\n {2}fix: give hive\.yaml a/,
  );
  const { stdout } = hive(folder, 'doctor');
  assert.match(stdout, /BAD +compiled +CONFIG_INVALID: .*docker-compose\.mcp\.yml is the compiled file of/);
  assert.match(stdout, /stacks\/default\.yaml is another stack: npx hive doctor -c stacks\/default\.yaml/);
});

test('a file that cannot be imported must be named, and the others imported', () => {
  const folder = folderWith({ 'a.json': FILE, 'b.json': '{ "x": 1 }', 'c.json': '{' });
  const { stdout, stderr, status } = hive(folder, 'import', 'a.json', 'b.json', 'c.json', 'd.json');
  assert.equal(status, 1);
  assert.match(stdout, /my-hub/);
  for (const name of ['b.json', 'c.json', 'd.json']) assert.match(stderr, new RegExp(name));
});

test('an import of nothing must say what can be imported', () => {
  const folder = folderWith({ x: '' });
  for (const args of [[], ['--from', 'word'], ['--from', 'zed'], ['--scan']]) {
    const { stderr, status } = hive(folder, 'import', ...args);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /fix: /);
  }
});

for (const [word, client] of [
  ['cursor', 'cursor'],
  ['vs-code', 'vscode'],
  ['claude', 'claude-(desktop|code)'],
] as const)
  test(`the client ${word} in place of a file must lead to --from, and no entries be printed`, () => {
    const { stdout, stderr, status } = hive(folderWith({ 'mcp.json': FILE }), 'import', word);
    assert.equal(status, 1);
    assert.equal(stdout, '');
    assert.match(
      stderr,
      new RegExp(`there is no file ${word}\n {2}fix: .*npx hive import --from ${client}\n`),
    );
  });

test('files that can be read must be imported beside the name of a client', () => {
  const { stdout, status } = hive(folderWith({ 'mcp.json': FILE }), 'import', 'cursor', 'mcp.json');
  assert.equal(status, 1);
  assert.match(stdout, /^servers:\n {2}my-hub:/);
});

test('an .env that is a link to nowhere must stay, and be told', () => {
  const folder = folderWith({ 'mcp.json': FILE });
  symlinkSync('/nowhere/.env', join(folder, '.env'));
  const { status, stderr } = hive(folder, 'import', 'mcp.json', '--write', 'hive.yaml');
  assert.equal(status, 1);
  assert.match(stderr, /cannot write \S+\.env: it is a link to a file that does not exist\n {2}fix: .*rm /);
  assert.equal(readlinkSync(join(folder, '.env')), '/nowhere/.env');
});
