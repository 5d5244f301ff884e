/** Runs `hive up` in the background. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GatewayError } from '../../errors.ts';
import { MAX_STATE_BYTES } from '../../files/limits.ts';
import { readFileText } from '../../files/read-file.ts';
import type { GatewayStatus } from '../../model/status.ts';
import { type StateDir, stateError } from '../../runtime/memory/state-dir.ts';
import { type ControlClient, connectControl } from '../stack/control-client.ts';
import type { Typed } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';
import { showStartup } from './startup.ts';

const START_TIMEOUT_MS = 30_000;
const POLL_MS = 50;

/** A gateway in another process, which does not end with this one. */
export class DetachedGateway {
  /** File with the output of the stack's gateway. */
  #outputPath: string;
  #hasWon = false;
  /** File that the child writes, until the child is known to be the gateway. */
  readonly #childOutputPath: string;
  readonly #socket: string;
  readonly #child: ChildProcess;
  readonly #exitCode: Promise<number | null>;
  #hasEnded = false;

  /**
   * Starts `hive up` in a session of its own. Its output goes to a file of its own in the state folder, so
   * that a child that finds another gateway does not overwrite the output of that gateway.
   */
  constructor(
    file: string,
    state: StateDir,
    options: { readonly containers: boolean; readonly watch: boolean; readonly yes?: boolean },
  ) {
    this.#outputPath = join(state.path, 'up.out');
    this.#socket = state.socket;
    this.#childOutputPath = join(state.path, `up.${process.pid}.out`);
    const output = openOutput(this.#childOutputPath);
    const flags = [
      ...(options.containers ? [] : ['--no-containers']),
      ...(options.watch ? [] : ['--no-watch']),
      ...(options.yes ? ['--yes'] : []),
    ];
    const [, script = ''] = process.argv;
    this.#child = spawn(process.execPath, [script, 'up', '-c', file, ...flags], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    this.#child.unref();
    this.#exitCode = once(this.#child, 'exit').then(([code]) => {
      this.#hasEnded = true;
      return code as number | null;
    });
  }

  /**
   * Waits until the gateway, or another one of the stack, listens. In the second case the child has been
   * ended: it would take the place of that gateway after a `hive down`. The caller must close the result.
   *
   * @returns undefined if it ended before that
   * @throws GatewayError NOT_RUNNING after 30 s
   */
  async listening(typed?: Typed): Promise<ControlClient | undefined> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (Date.now() < deadline) {
      // Read first: a gateway that ends because another one was faster leaves that one to connect to.
      const hasEnded = this.#hasEnded;
      const control = await connectControl(this.#socket, typed);
      if (control) await this.#settle((await control.status()).pid);
      if (control || hasEnded) return control;
      await sleep(POLL_MS);
    }
    throw new GatewayError('NOT_RUNNING', `the gateway did not answer within ${START_TIMEOUT_MS / 1000} s`, {
      hint: `read ${this.#childOutputPath}`,
    });
  }

  async #settle(gatewayPid: number): Promise<void> {
    this.#hasWon = gatewayPid === this.#child.pid;
    if (this.#hasWon) return this.#keepOutput();
    this.#child.kill();
    await this.exitCode();
    rmSync(this.#childOutputPath, { force: true });
  }

  /** The child is the gateway: its output becomes that of the stack. */
  #keepOutput(): void {
    try {
      renameSync(this.#childOutputPath, this.#outputPath);
    } catch {
      // Something else has that name. `doctor` says so.
      this.#outputPath = this.#childOutputPath;
    }
  }

  /** True once the child is the gateway of the stack. */
  get hasWon(): boolean {
    return this.#hasWon;
  }

  get outputPath(): string {
    return this.#outputPath;
  }

  /** Output of the child. The file of a child that has not become the gateway is removed. */
  output(): string {
    const path = existsSync(this.#childOutputPath) ? this.#childOutputPath : this.#outputPath;
    const text = textOf(path);
    rmSync(this.#childOutputPath, { force: true });
    return text;
  }

  /** Waits for the end of the gateway. @returns its exit code */
  async exitCode(): Promise<number> {
    this.#child.ref();
    return (await this.#exitCode) ?? 1;
  }
}

/** Makes the file anew, so that a link which somebody left in its place leads nowhere. */
function openOutput(path: string): number {
  try {
    rmSync(path, { force: true });
    return openSync(path, 'wx', 0o600);
  } catch (cause) {
    throw stateError(path, cause);
  }
}

function textOf(path: string): string {
  try {
    return readFileText(path, { maxBytes: MAX_STATE_BYTES, followLinks: false });
  } catch (cause) {
    return `${path} cannot be read: ${(cause as Error).message}\n`;
  }
}

/**
 * Shows a background gateway come up, and leaves it running. If it ends before all servers have started or
 * failed, prints its output.
 *
 * @returns 0, or the exit code of a gateway that has ended
 */
export async function followDetached(
  gateway: DetachedGateway,
  report: (status: GatewayStatus, typed: Typed) => void,
  typed: Typed,
): Promise<number> {
  const control = await gateway.listening(typed);
  if (control && !gateway.hasWon) print('another hive up was faster: its gateway serves this stack');
  const started = control && (await showStartup(control.events()));
  await control?.close();
  if (!started) {
    const code = await gateway.exitCode();
    printError(gateway.output().trimEnd());
    return code;
  }
  const { pid } = started.status;
  report(started.status, typed);
  print(`  to stop         ${typed('npx hive down')} (pid ${pid}; output in ${gateway.outputPath})`);
  return 0;
}
