/** A dockerd of a test's own, which may be killed and frozen. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { execa } from 'execa';
import { pidsNaming } from './processes.ts';
import { guardStack, unguardStack } from './watchdog.ts';

/** A dockerd beside the machine's own. */
export interface SecondEngine {
  /** In the syntax of DOCKER_HOST. */
  readonly host: string;
  docker(...args: string[]): Promise<string>;
  /** SIGKILL; its containers go on without it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGSTOP: the engine accepts requests and never answers. */
  freeze(): void;
  thaw(): void;
}

/** Starts an engine with `image` from the machine's engine, and without networks. Only root can do so. */
export async function startSecondEngine(t: TestContext, image: string): Promise<SecondEngine> {
  // Not under TMPDIR, which may be long: paths of Unix sockets are short.
  const folder = mkdtempSync('/tmp/hive-dockerd-');
  guardStack(basename(folder), folder);
  const host = `unix://${join(folder, 'docker.sock')}`;
  let daemon: ChildProcess | undefined;
  const env = { ...process.env, DOCKER_HOST: host };
  const docker = async (...args: string[]): Promise<string> => (await execa('docker', args, { env })).stdout;

  const engine: SecondEngine = {
    host,
    docker,
    async kill() {
      if (!daemon || daemon.exitCode !== null || daemon.signalCode !== null) return;
      const gone = once(daemon, 'exit');
      daemon.kill('SIGKILL');
      await gone;
    },
    freeze: () => void daemon?.kill('SIGSTOP'),
    thaw: () => void daemon?.kill('SIGCONT'),
    async start() {
      rmSync(join(folder, 'docker.pid'), { force: true });
      const flags = {
        'data-root': join(folder, 'data'),
        'exec-root': join(folder, 'exec'),
        pidfile: join(folder, 'docker.pid'),
        host,
        bridge: 'none',
        iptables: 'false',
        ip6tables: 'false',
      };
      const args = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
      // In a network namespace of its own, since a dockerd without a bridge removes any docker0 that it finds.
      daemon = spawn('unshare', ['--net', '--', 'dockerd', ...args], { stdio: 'ignore' });
      await untilAnswers(docker);
    },
  };
  t.after(async () => {
    engine.thaw();
    await untilAnswers(docker).catch(() => engine.start());
    const ids = (await docker('ps', '-aq')).split('\n').filter(Boolean);
    if (ids.length > 0) await docker('rm', '-f', ...ids);
    const gone = daemon && once(daemon, 'exit');
    daemon?.kill('SIGTERM');
    await gone;
    // An engine that is killed while it starts a container forgets the process that watches it.
    for (const pid of pidsNaming(folder)) process.kill(pid, 'SIGKILL');
    // dockerd mounts its data folder on itself.
    await execa('umount', [join(folder, 'data')], { reject: false });
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
    unguardStack(basename(folder));
  });
  await engine.start();
  await execa('sh', ['-c', `docker save ${image} | docker -H ${host} load`]);
  return engine;
}

async function untilAnswers(docker: SecondEngine['docker']): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    try {
      await docker('version');
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
