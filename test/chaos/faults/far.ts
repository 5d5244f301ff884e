/** A remote server: none of Hive's, and killed and started again by the run itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../helpers/free-port.ts';
import { SERVERS } from '../../helpers/hive.ts';

export class Far {
  readonly #port: number;
  readonly #words: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, words: readonly string[]) {
    this.#port = port;
    this.#words = words;
  }

  /** @param folder of the stack: a path in it among the arguments gives this process to the watchdog */
  static async start(marker: string, folder: string): Promise<Far> {
    const far = new Far(await freePort(), [marker, join(folder, 'far')]);
    await far.begin();
    return far;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/mcp`;
  }

  async begin(): Promise<void> {
    const args = [join(SERVERS, 'witness.mjs'), String(this.#port), ...this.#words];
    this.#child = spawn(process.execPath, args, { stdio: 'ignore' });
    while (!(await fetch(this.url).catch(() => undefined))) await delay(20);
  }

  async kill(): Promise<void> {
    const child = this.#child as ChildProcess;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    if (this.#child?.exitCode === null && this.#child.signalCode === null) await this.kill();
  }
}
