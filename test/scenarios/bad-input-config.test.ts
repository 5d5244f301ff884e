/** Problems in the config file end `hive up` with exit code 2 before anything is changed, with place and fix. */
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createShell } from '../helpers/cli.ts';

const native = 'type: native\n    command: node x.mjs';

interface BadConfig {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  /** Each must be in the output: place, problem, fix. */
  readonly told: readonly (string | RegExp)[];
}

const BAD: readonly BadConfig[] = [
  {
    what: 'an unknown key',
    files: { 'hive.yaml': `servers:\n  a:\n    ${native}\n    comand: y\n` },
    told: ['hive.yaml:5:5: unknown key "comand" in server "a"', 'fix: did you mean "command"?'],
  },
  {
    what: 'values of wrong types',
    files: { 'hive.yaml': 'gateway: { port: many }\nservers:\n  a: { type: native, command: 7 }\n' },
    told: [/hive\.yaml:1:\d+: .*port/, /hive\.yaml:3:\d+: .*command/, '2 problems'],
  },
  {
    what: 'a Dockerfile that is not there',
    files: { 'hive.yaml': 'servers:\n  a:\n    type: container\n    dockerfile: no.Dockerfile\n' },
    told: [
      'hive.yaml:4:17: cannot read the dockerfile of server "a": there is no such file',
      'fix: create no.Dockerfile, or correct the path: it is relative to this file',
    ],
  },
  {
    what: 'an env file that is not there',
    files: { 'hive.yaml': `servers:\n  a:\n    ${native}\n    envFile: .env.no\n` },
    told: ['hive.yaml:5:14: cannot read the envFile of server "a": there is no such file', 'fix: '],
  },
  {
    what: 'an include that is not there',
    files: { 'hive.yaml': 'include: no.yaml\nservers: {}\n' },
    told: ['hive.yaml:1:10: cannot read the included file no.yaml: there is no such file', 'fix: correct'],
  },
  {
    what: 'one name twice in a file',
    files: { 'hive.yaml': `servers:\n  a:\n    ${native}\n  a:\n    ${native}\n` },
    told: [/hive\.yaml:5:3: .*"a".*(twice|2)/, /fix: /],
  },
  {
    what: 'one name in two files',
    files: {
      'hive.yaml': `include: more.yaml\nservers:\n  a:\n    ${native}\n`,
      'more.yaml': `servers:\n  a:\n    ${native}\n`,
    },
    told: [
      'more.yaml:2:3: server "a" is declared twice: here and at hive.yaml:3',
      'fix: rename or remove one of them',
    ],
  },
  {
    what: 'an empty file',
    files: { 'hive.yaml': '' },
    told: ['hive.yaml:1:1: the file is empty', /fix: .*servers: \{\}/],
  },
  {
    what: 'half a file',
    files: { 'hive.yaml': `servers:\n  a:\n    ${native}\n    env: { A: "b` },
    told: [/hive\.yaml:5:\d+: /, 'fix: '],
  },
];

for (const { what, files, told } of BAD)
  test(`${what} must be reported with line and fix, and nothing be started`, async (t) => {
    const shell = createShell(t, files);
    for (const verb of ['up', 'validate']) {
      const { exitCode, stdout, stderr } = await shell.hive(verb);
      assert.equal(exitCode, 2, `${verb}: ${stderr}`);
      for (const part of told)
        assert.ok(typeof part === 'string' ? stderr.includes(part) : part.test(stderr), `${part}\n${stderr}`);
      assert.match(stderr, /\nerror CONFIG_INVALID: \d problems? in the config$/);
      assert.equal(stdout, '', `${verb} printed`);
    }
    assert.equal(
      existsSync(join(shell.folder, 'docker-compose.mcp.yml')),
      false,
      'a Compose file was written',
    );
  });

test('a config file that is missing, a folder or unreadable must be reported as such', async (t) => {
  const shell = createShell(t, { 'dir/x': '' });
  const missing = await shell.hive('up', '-c', 'no.yaml');
  assert.equal(missing.exitCode, 2);
  assert.match(missing.stderr, /no\.yaml:1:1: cannot read the config file: there is no such file/);
  assert.match(missing.stderr, /fix: correct its path, or create it: \S+no\.yaml/);
  assert.match(missing.stderr, /error CONFIG_NOT_FOUND/);

  const folder = await shell.hive('up', '-c', 'dir');
  assert.equal(folder.exitCode, 2);
  assert.match(folder.stderr, /cannot read the config file: it is a folder/);

  const none = await shell.hive('up');
  assert.equal(none.exitCode, 2);
  assert.match(none.stderr, /error CONFIG_NOT_FOUND: there is no hive\.yaml, .* in .*\n {2}fix: .*-c FILE/);
});

test('a config file that the system refuses to open must be reported with the reason', async (t) => {
  const { exitCode, stderr } = await createShell(t, {}).hive('up', '-c', '/proc/self/mem');
  assert.equal(exitCode, 2);
  assert.match(
    stderr,
    /\/proc\/self\/mem:1:1: cannot read the config file: .*\n {2}fix: the config must be a readable/,
  );
});

test('a file that is not text must be reported as such', async (t) => {
  const shell = createShell(t, {});
  writeFileSync(join(shell.folder, 'hive.yaml'), Buffer.from([0xff, 0xfe, 0x00, 0xd8]));
  const { exitCode, stderr } = await shell.hive('up');
  assert.equal(exitCode, 2);
  assert.match(stderr, /hive\.yaml:1:1: cannot read the config file: it is not UTF-8 text/);
});

test('validate must name every unset variable with its line, and exit with 2', async (t) => {
  const config = `servers:\n  a:\n    ${native}\n    env:\n      A: \${HIVE_NO_A}\n      B: \${HIVE_NO_B}\n`;
  const shell = createShell(t, { 'hive.yaml': config });
  const { exitCode, stderr } = await shell.hive('validate');
  assert.equal(exitCode, 2);
  assert.match(stderr, /^hive\.yaml:6:10: \$\{HIVE_NO_A\} is not set, and a uses it$/m);
  assert.match(stderr, /^hive\.yaml:7:10: \$\{HIVE_NO_B\} is not set, and a uses it$/m);
  assert.match(stderr, /fix: set HIVE_NO_A in the environment, or in \.env beside hive\.yaml/);
  assert.match(stderr, /\nerror VARIABLE_UNSET: 2 problems in the config$/);

  const json = await shell.hive('validate', '--json');
  assert.equal(json.exitCode, 2);
  const { valid, problems } = JSON.parse(json.stdout) as { valid: boolean; problems: { code: string }[] };
  assert.equal(valid, false);
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['VARIABLE_UNSET', 'VARIABLE_UNSET'],
  );
});

const USAGE: readonly [args: readonly string[], told: RegExp][] = [
  [['upp'], /^error USAGE: unknown command 'upp'\n.*did you mean up\?/],
  [['list'], /^error USAGE: unknown command 'list'\n.*did you mean ps\?/],
  [['login', 'a', 'b'], /^error USAGE: too many arguments for 'login'/],
  [['up', '--detatch'], /^error USAGE: unknown option '--detatch'\n.*did you mean --detach\?/i],
  [['up', 'extra'], /^error USAGE: too many arguments for 'up'/],
  [['up', '-c'], /^error USAGE: option '-c, --config <file>' argument missing/],
];
for (const [args, told] of USAGE)
  test(`hive ${args.join(' ')} must be refused as wrong usage, with a hint to the help`, async (t) => {
    const { exitCode, stdout, stderr } = await createShell(t, {}).hive(...args);
    assert.equal(exitCode, 2);
    assert.match(stderr, told);
    assert.match(stderr, /fix: .*npx hive (\w+ )?--help/);
    assert.equal(stdout, '');
  });

test('hive alone must show its help and exit with 2; --help and --version must exit with 0', async (t) => {
  const shell = createShell(t, {});
  const alone = await shell.hive();
  assert.equal(alone.exitCode, 2);
  assert.match(alone.stderr, /^Usage: hive \[options\] \[command\]/);
  const help = await shell.hive('--help');
  assert.equal(help.exitCode, 0);
  for (const verb of [
    'up',
    'down',
    'plan',
    'compile',
    'validate',
    'ps',
    'logs',
    'restart',
    'doctor',
    'schema',
  ]) {
    assert.match(help.stdout, new RegExp(`^ {2}${verb} `, 'm'));
    const own = await shell.hive(verb, '--help');
    assert.equal(own.exitCode, 0);
    assert.match(own.stdout, new RegExp(`^Usage: hive ${verb} `));
  }
  for (const word of ['--version', '-V', '-v', 'version']) {
    const version = await shell.hive(word);
    assert.equal(version.exitCode, 0);
    assert.match(version.stdout, /^hive \d+\.\d+\.\d+$/);
  }
  assert.equal((await shell.hive('help')).stdout, help.stdout);
  assert.match((await shell.hive('help', 'up')).stdout, /^Usage: hive up /);
});

test('commands that need a running gateway must say that none is running', async (t) => {
  const shell = createShell(t, { 'hive.yaml': 'servers: {}\n' });
  for (const args of [['ps'], ['logs'], ['logs', 'a'], ['restart'], ['restart', 'a']]) {
    const { exitCode, stderr } = await shell.hive(...args);
    assert.equal(exitCode, 1, args.join(' '));
    assert.match(
      stderr,
      /^error NOT_RUNNING: no gateway is running for this stack\n {2}fix: .*npx hive up -d$/,
    );
  }
});
