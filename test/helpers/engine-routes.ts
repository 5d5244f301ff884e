/** Other ways to the engine that the tests use: over TCP, and over a program in the place of ssh. */
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** The Unix socket of the engine under test; undefined if it has none here. */
export function engineSocket(): string | undefined {
  const host = process.env.DOCKER_HOST || 'unix:///var/run/docker.sock';
  return host.startsWith('unix://') ? host.slice('unix://'.length) : undefined;
}

/** Variables with which Hive reaches the engine at `socket` over TCP; the relay ends with the test. */
export async function overTcp(t: TestContext, socket: string): Promise<Record<string, string>> {
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: socket, allowHalfOpen: true });
    near.pipe(far).pipe(near);
    for (const [own, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(own);
      own.on('error', () => other.destroy());
      own.on('close', () => {
        open.delete(own);
        other.destroy();
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.close();
    for (const it of open) it.destroy();
  });
  return { DOCKER_HOST: `tcp://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/**
 * Variables with which Hive reaches the engine over an `ssh` that runs its command on this machine, or
 * connects to a port of it for `-W`.
 */
export function overSsh(t: TestContext, socket: string): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'hive-ssh-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const relay = 'const s=require("net").connect(process.argv[1]);process.stdin.pipe(s).pipe(process.stdout)';
  writeFileSync(
    join(folder, 'ssh'),
    `#!/bin/sh
unset DOCKER_CONTEXT
export DOCKER_HOST='unix://${socket}'
while [ "$1" != -- ]; do
  [ "$1" != -W ] || exec '${process.execPath}' -e '${relay}' "\${2##*:}"
  shift
done
shift 2
exec sh -c "$*"
`,
  );
  chmodSync(join(folder, 'ssh'), 0o755);
  return { DOCKER_HOST: 'ssh://me@lab', PATH: `${folder}:${process.env.PATH}` };
}
