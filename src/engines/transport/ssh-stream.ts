/** A connection to an engine on another machine, through ssh of this one and the docker command there. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { Duplex } from 'node:stream';
import { shellQuoted } from '../../model/text/commands.ts';
import type { EngineHost } from '../../model/text/engine-host.ts';

type SshHost = Extract<EngineHost, { kind: 'ssh' }>;

/** Nobody is there to answer questions of ssh, and a connection that is dead must be noticed. */
const OPTIONS = [
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=15',
  'ServerAliveCountMax=3',
  'ForwardX11=no',
].flatMap((option) => ['-o', option]);

/** A connection that no request uses is closed after this time. */
const IDLE_MS = 30_000;
const MAX_WORDS = 2_000;

/** The command that opens a connection, as the docker command does it too. */
export function sshCommand({ hostname, user, port, socket }: SshHost): readonly string[] {
  return [
    'ssh',
    ...OPTIONS,
    '-T',
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', `${port}`]),
    '--',
    hostname.replace(/^\[|\]$/g, ''),
    'docker',
    // The words after the host are joined and given to a shell there.
    ...(socket === undefined ? [] : ['--host', shellQuoted(`unix://${socket}`)]),
    'system',
    'dial-stdio',
  ];
}

/** Keeps the process alive, or lets it end. */
interface Held {
  ref(): void;
  unref(): void;
}

/** Starts ssh. The caller must end the stream, which ends ssh. */
export function openSsh(host: SshHost): SshStream {
  const [program = '', ...args] = sshCommand(host);
  return new SshStream(spawn(program, args, { stdio: 'pipe' }));
}

/**
 * The input and output of ssh as one stream, with the methods of a socket that an HTTP client needs. If ssh
 * fails, the stream ends with what ssh printed.
 */
export class SshStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  #words = '';
  #idle: NodeJS.Timeout | undefined;

  constructor(child: ChildProcessWithoutNullStreams) {
    super();
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#words = `${this.#words}${chunk}`.slice(-MAX_WORDS);
    });
    // Its end says what happened.
    for (const stream of [child.stdin, child.stdout, child.stderr]) stream.on('error', () => {});
    child.once('error', (error) => this.destroy(new Error(`ssh cannot be run: ${error.message}`)));
    child.once('close', (exitCode, signal) => {
      if (exitCode === 0) this.push(null);
      else this.destroy(new Error(this.#reason(signal ?? `exit code ${exitCode}`)));
    });
  }

  #reason(end: string): string {
    const lines = this.#words.trim().split(/\r?\n/).filter(Boolean);
    return `ssh: ${lines.slice(-3).join('; ') || end}`;
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  /** What an ssh that fails cannot take is no reason: its words are. */
  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#child.stdin.write(chunk, () => done());
  }

  override _final(done: () => void): void {
    this.#child.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#idle);
    this.#child.kill();
    done(error);
  }

  /** A request uses the connection. */
  ref(): this {
    clearTimeout(this.#idle);
    this.#holdProcess('ref');
    return this;
  }

  /** No request uses the connection: it does not keep this process alive, and is closed after a while. */
  unref(): this {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.destroy(), IDLE_MS);
    this.#idle.unref();
    this.#holdProcess('unref');
    return this;
  }

  #holdProcess(how: 'ref' | 'unref'): void {
    const { stdin, stdout, stderr } = this.#child;
    for (const held of [this.#child, stdin, stdout, stderr]) (held as Partial<Held>)[how]?.();
  }

  /** ssh looks after the connection by itself. */
  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  /** Requests have limits of their own. */
  setTimeout(): this {
    return this;
  }
}
