/** A client of either era behind a `hive stdio` of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { MAIN } from '../../helpers/program.ts';
import { requireGuard } from '../../helpers/watchdog.ts';
import type { Inbox } from './inbox.ts';
import type { Message, Transport } from './message.ts';

const EXIT_MS = 10_000;
const MAX_REMARKS = 5;

export class Stdio implements Transport {
  readonly #child: ChildProcess;
  readonly #inbox: Inbox;
  readonly remarks: string[] = [];

  /** @param file the stack's config */
  constructor(file: string, env: NodeJS.ProcessEnv, inbox: Inbox) {
    this.#inbox = inbox;
    requireGuard();
    this.#child = spawn(process.execPath, [MAIN, 'stdio', '-c', file], {
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    createInterface({ input: this.#child.stderr as NodeJS.ReadableStream }).on('line', (line) => {
      this.remarks.push(line);
      if (this.remarks.length > MAX_REMARKS) this.remarks.shift();
    });
    this.#child.stdin?.on('error', () => {});
    // A program that is killed may leave the beginning of a line, which is no message.
    let rest = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#take(line);
    });
    this.#child.once('close', () => inbox.leaveAll(new Error('hive stdio has ended')));
  }

  #take(line: string): void {
    const reply = this.#inbox.take(JSON.parse(line));
    if (reply) void this.send(reply).catch(() => {});
  }

  get isOpen(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  async send(message: Message): Promise<void> {
    if (!this.isOpen) throw new Error('hive stdio has ended');
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  }

  async close(isPolite: boolean): Promise<void> {
    if (!this.isOpen) return;
    const ended = once(this.#child, 'exit');
    if (isPolite) this.#child.stdin?.end();
    else this.#child.kill('SIGKILL');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), EXIT_MS);
    await ended;
    clearTimeout(timer);
    this.#inbox.leaveAll(new Error('hive stdio has ended'));
  }
}
