/** Engines over ssh, with a program in the place of ssh. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type Agent, createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { engineClient } from '../../../src/engines/docker/client.ts';
import { sshCommand } from '../../../src/engines/transport/ssh-stream.ts';
import { readEngineHost } from '../../../src/model/text/engine-host.ts';
import { probeEngine } from '../../../src/setup/engine-probe.ts';

const words = (url: string): readonly string[] => {
  const host = readEngineHost(url);
  assert.ok(host.kind === 'ssh');
  return sshCommand(host);
};

test('ssh must get user and port as options, the host as a word, and never ask', () => {
  const command = words('ssh://me@lab:2222');
  assert.equal(command[command.indexOf('-l') + 1], 'me');
  assert.equal(command[command.indexOf('-p') + 1], '2222');
  assert.deepEqual(command.slice(command.indexOf('--')), ['--', 'lab', 'docker', 'system', 'dial-stdio']);
  assert.ok(command.includes('BatchMode=yes'));
  assert.ok(words('ssh://[::1]').includes('::1'));
});

test('the socket in an ssh address must reach the shell over there as one word', () => {
  const command = words("ssh://lab/run/a%20b'c/docker.sock");
  assert.deepEqual(command.slice(-5), [
    'docker',
    '--host',
    `'unix:///run/a b'\\''c/docker.sock'`,
    'system',
    'dial-stdio',
  ]);
});

/** A folder with an `ssh` of this script first on PATH; it is gone after the test. */
function fakeSsh(t: TestContext, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'hive-ssh-'));
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\necho $$ >> '${folder}/pids'\n${script}\n`);
  chmodSync(join(folder, 'ssh'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  t.after(() => {
    process.env.PATH = before;
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Connects input and output to a port of this machine. */
const RELAY = (port: number): string =>
  `exec ${process.execPath} -e 'const s=require("net").connect(${port});process.stdin.pipe(s).pipe(process.stdout)'`;

/** An engine that answers every request with its path, as Docker 28. */
async function engine(t: TestContext): Promise<number> {
  const server = createServer(({ url }, response) =>
    response.end(url === '/version' ? '{"Version":"28.0.0"}' : '[]'),
  ).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}

const pids = (folder: string): number[] =>
  readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (existsSync(`/proc/${pid}`) && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 20));
  assert.ok(!existsSync(`/proc/${pid}`), `ssh still runs as ${pid}`);
}

test('an engine over ssh must be probed, and its ssh end with the probe', async (t) => {
  const folder = fakeSsh(t, RELAY(await engine(t)));
  assert.deepEqual(await probeEngine({ url: 'ssh://me@lab' }), {
    kind: 'answers',
    version: '28.0.0',
    flavour: 'docker',
    isRootless: false,
  });
  const [pid, ...others] = pids(folder);
  assert.deepEqual(others, []);
  await untilGone(pid as number);
});

test('requests one after the other must share a login', async (t) => {
  const folder = fakeSsh(t, RELAY(await engine(t)));
  const docker = engineClient('ssh://me@lab');
  for (let request = 0; request < 3; request++) await docker.listContainers();
  assert.equal(pids(folder).length, 1);
  (docker.modem as unknown as { agent: Agent }).agent.destroy();
  await untilGone(pids(folder)[0] as number);
});

test('the words of an ssh that fails must be the reason', async (t) => {
  fakeSsh(t, 'echo "me@lab: Permission denied (publickey)." >&2; exit 255');
  const probe = await probeEngine({ url: 'ssh://me@lab' });
  assert.deepEqual(probe, { kind: 'silent', reason: 'ssh: me@lab: Permission denied (publickey).' });
  await assert.rejects(engineClient('ssh://me@lab').listContainers(), {
    code: 'ENGINE_UNREACHABLE',
    message: /does not answer: ssh: me@lab: Permission denied/,
  });
});

test('a machine without ssh must say so', async (t) => {
  const before = process.env.PATH;
  process.env.PATH = '/nonexistent';
  t.after(() => {
    process.env.PATH = before;
  });
  const probe = await probeEngine({ url: 'ssh://me@lab' });
  assert.match(probe.kind === 'silent' ? probe.reason : '', /^ssh cannot be run: .*ENOENT/);
});

test('a request that is given up must end its ssh', async (t) => {
  const folder = fakeSsh(t, 'exec sleep 1000');
  const asked = engineClient('ssh://me@lab').listContainers({ abortSignal: AbortSignal.timeout(500) });
  await assert.rejects(asked, { name: /Abort|Timeout/ });
  await untilGone(pids(folder)[0] as number);
});
