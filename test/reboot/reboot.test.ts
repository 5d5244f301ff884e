/**
 * docs/hive.service in a privileged container that boots systemd, with an engine inside. Not part of a plain `npm test`, since
 * it downloads Debian packages and needs privileges that not every engine grants:
 *
 *   HIVE_TEST_REBOOT=1 npm test test/reboot/reboot.test.ts
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { execa } from 'execa';
import { stringify } from 'yaml';

const ROOT = join(import.meta.dirname, '../..');
const PATIENCE = 120_000;

const docker = (...args: string[]) => execa('docker', args, { stdin: 'ignore', timeout: 600_000 });

interface Machine {
  run(command: string): Promise<string>;
  /** Resolves with the id of the stack's container once systemd has booted and every server is ready. */
  untilServed(): Promise<string>;
  /** Reboots in order. */
  reboot(): Promise<void>;
  /** Cuts the power and boots again. */
  crash(): Promise<void>;
}

async function boot(t: TestContext): Promise<Machine> {
  const name = `hivetest-${process.env.HIVE_TEST_RUN ?? ''}${randomBytes(4).toString('hex')}`;
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  t.after(async () => {
    await execa('docker', ['rm', '-f', '-v', name], { reject: false });
    await execa('docker', ['rmi', name], { reject: false });
    rmSync(folder, { recursive: true, force: true });
  });
  await copyProject(folder);
  await docker('build', '--quiet', '--network', 'host', '--tag', name, import.meta.dirname);
  const mounts = ['--tmpfs', '/run', '--tmpfs', '/tmp', '-v', '/var/lib/docker', '-v', `${folder}:/opt/hive`];
  await docker('run', '-d', '--name', name, '--privileged', '--cgroupns', 'private', ...mounts, name);
  const run = async (command: string): Promise<string> =>
    (await docker('exec', name, 'sh', '-c', command)).stdout;
  await until('systemd and the engine are up', () => run('systemctl is-active docker'));
  await execa('sh', ['-c', `docker save node:24-slim | docker exec -i ${name} docker load`]);
  return {
    run,
    async untilServed() {
      await until('hive is served', async () => {
        const page = await run(
          `node -e "fetch('http://127.0.0.1:8001/health').then((r) => r.text()).then(console.log)"`,
        );
        const { servers } = JSON.parse(page) as { servers: { state: string }[] };
        assert.ok(servers.length === 2 && servers.every(({ state }) => state === 'ready'), page);
      });
      return run('docker ps -q --no-trunc --filter label=mcp.server=box');
    },
    async reboot() {
      await docker('restart', '-t', '120', name);
    },
    async crash() {
      await docker('kill', '-s', 'KILL', name);
      await docker('start', name);
    },
  };
}

/** Installs Hive in /opt/hive, with a stack that needs no network. */
async function copyProject(folder: string): Promise<void> {
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
    cwd: ROOT,
  });
  for (const path of stdout.split('\0').filter(Boolean)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(ROOT, path), join(folder, path));
  }
  await execa('cp', ['-a', join(ROOT, 'node_modules'), folder]);
  const echo = ['node', '/servers/echo.mjs'];
  const box = {
    type: 'container',
    image: 'node:24-slim',
    command: echo,
    volumes: ['../test/servers:/servers:ro'],
  };
  const proc = { type: 'native', command: ['node', '/opt/hive/test/servers/counts.mjs'] };
  writeFileSync(join(folder, 'stacks/default.yaml'), stringify({ name: 'hive', servers: { box, proc } }));
}

async function until(what: string, check: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw new Error(`it never came that ${what}: ${(error as Error).message}`);
      await delay(500);
    }
  }
}

test('after a reboot, a power cut and a kill -9 of Hive, up must run again with its containers', {
  skip: !process.env.HIVE_TEST_REBOOT && 'takes HIVE_TEST_REBOOT=1',
  timeout: 900_000,
}, async (t) => {
  const machine = await boot(t);
  await machine.run('cp /opt/hive/docs/hive.service /etc/systemd/system/');
  await machine.run('systemctl daemon-reload && systemctl enable --now hive');
  const box = await machine.untilServed();
  assert.match(box, /^[0-9a-f]{64}$/);

  await machine.reboot();
  assert.equal(await machine.untilServed(), box, 'after a reboot');
  assert.match(
    await machine.run('journalctl -u hive -b -1 --no-pager || journalctl -u hive --no-pager'),
    /Started hive/,
  );

  await machine.crash();
  assert.equal(await machine.untilServed(), box, 'after a power cut');

  const before = await machine.run('systemctl show -p MainPID --value hive');
  await machine.run('systemctl kill -s KILL hive');
  await until('systemd has started another', async () => {
    await machine.run('systemctl is-active hive');
    assert.notEqual(await machine.run('systemctl show -p MainPID --value hive'), before);
  });
  assert.equal(await machine.untilServed(), box, 'after kill -9');

  const began = Date.now();
  await machine.run('systemctl stop hive');
  assert.ok(Date.now() - began < 30_000, 'it ends in time by itself');
  assert.equal(await machine.run('systemctl show -p Result --value hive'), 'success');
  assert.equal(await machine.run('docker ps -q --filter label=mcp.server'), '');
});
