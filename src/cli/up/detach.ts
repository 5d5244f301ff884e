import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { GatewayStatus } from '../../model/status.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { type ControlClient, connectControl } from '../stack/control-client.ts';
import { showStartup } from './startup-view.ts';

const SOCKET_TIMEOUT = 30_000;
const POLL = 50;

/** Starts `hive up` in the background: its own session, its output in a file beside the other state. */
export async function startDetached(
  file: string,
  state: StateDir,
  options: { readonly containers: boolean; readonly yes?: boolean },
): Promise<ChildProcess> {
  const output = openSync(outputOf(state), 'w', 0o600);
  const flags = [...(options.containers ? [] : ['--no-containers']), ...(options.yes ? ['--yes'] : [])];
  const [, script = ''] = process.argv;
  const child = spawn(process.execPath, [script, 'up', '-c', file, ...flags], {
    detached: true,
    stdio: ['ignore', output, output],
  });
  child.unref();
  return child;
}

/** Shows how the background gateway comes up, and leaves it running. When it ends early, its output and exit code are ours. */
export async function followDetached(
  child: ChildProcess,
  state: StateDir,
  report: (status: GatewayStatus) => void,
): Promise<number> {
  const died = once(child, 'exit').then(([code]) => code as number | null);
  const control = await Promise.race([untilListening(state.socket), died]);
  const started = isControl(control) ? await showStartup(control.events()) : undefined;
  if (isControl(control)) await control.close();
  if (!started) {
    // Nothing else keeps us here until it has ended.
    child.ref();
    const code = await died;
    process.stderr.write(readFileSync(outputOf(state), 'utf8'));
    return code ?? 1;
  }
  report(started.status);
  process.stdout.write(`  to stop         npx hive down (pid ${child.pid}; output in ${outputOf(state)})\n`);
  return 0;
}

function isControl(value: ControlClient | number | null): value is ControlClient {
  return value !== null && typeof value !== 'number';
}

/** @throws GatewayError NOT_RUNNING when nobody answers in time */
export async function untilListening(socket: string): Promise<ControlClient> {
  const deadline = Date.now() + SOCKET_TIMEOUT;
  while (Date.now() < deadline) {
    const control = await connectControl(socket);
    if (control) return control;
    await new Promise((resolve) => setTimeout(resolve, POLL));
  }
  throw new GatewayError('NOT_RUNNING', `the gateway did not answer within ${SOCKET_TIMEOUT / 1000} s`, {
    hint: `read ${socket.replace(/control\.sock$/, 'up.out')}`,
  });
}

function outputOf(state: StateDir): string {
  return join(state.path, 'up.out');
}
