/** A container of the fake engine: its state, its process, and the connections to its streams. */
import { PassThrough } from 'node:stream';
import type {
  ContainerFacts,
  ContainerStreams,
  ContainerSummary,
  OutputHandlers,
} from '../../src/model/engine.ts';
import type { ContainerState } from '../../src/model/observed.ts';

export type Signal = 'SIGTERM' | 'SIGKILL';

const EXIT_CODE: Readonly<Record<Signal, number>> = { SIGTERM: 143, SIGKILL: 137 };

/**
 * A program that runs in a fake container: called once per start, then driven by its input and by signals.
 */
export type FakeProgram = (process: FakeProcess) => void;

/** What a fake container is created from. */
export interface FakeContainerSpec {
  readonly labels?: Readonly<Record<string, string>>;
  readonly name?: string;
  readonly image?: string;
  /** By default that of the image with this name. */
  readonly imageId?: string;
  readonly command?: readonly string[];
  /** Runs until a signal if absent. */
  readonly program?: FakeProgram;
  readonly env?: Readonly<Record<string, string>>;
  readonly hasStdin?: boolean;
  readonly hasTerminal?: boolean;
  /** The end of the first connection's input ends the container's input. */
  readonly stdinOnce?: boolean;
  readonly stopGraceMs?: number;
  readonly network?: string;
  /** Id of the network when it was connected to; empty for a container that was disconnected. */
  readonly networkId?: string;
  readonly addresses?: readonly string[];
  readonly mounts?: ContainerSummary['mounts'];
  readonly ports?: ContainerSummary['ports'];
  /** Named volumes. */
  readonly volumes?: readonly string[];
}

/** One run of a program: its streams, its signals, its end. */
export class FakeProcess {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: string;
  /** The container that the process runs in. */
  readonly container: FakeContainer;
  readonly ended: Promise<number>;
  exitCode: number | undefined;
  readonly #outputs = new Set<OutputHandlers>();
  readonly #end: (exitCode: number) => void;
  readonly #unread: Buffer[] = [];
  #onInput: ((chunk: Buffer) => void) | undefined;
  #onInputEnd: (() => void) | undefined;
  #onSignal: ((signal: Signal) => void) | undefined;
  #isInputOver = false;

  constructor(
    container: FakeContainer,
    {
      command,
      env = {},
      workdir = '/',
      user = 'root',
    }: Partial<Pick<FakeProcess, 'env' | 'workdir' | 'user'>> & {
      readonly command: readonly string[];
    },
  ) {
    this.container = container;
    this.command = command;
    this.env = env;
    this.workdir = workdir;
    this.user = user;
    const { promise, resolve } = Promise.withResolvers<number>();
    this.ended = promise;
    this.#end = resolve;
  }

  stdout(text: string | Buffer): void {
    for (const output of this.#outputs) output.stdout(Buffer.from(text));
  }

  stderr(text: string | Buffer): void {
    const stream = this.container.spec.hasTerminal ? 'stdout' : 'stderr';
    for (const output of this.#outputs) output[stream](Buffer.from(text));
  }

  /** Called for each chunk of input, and for the chunks that have arrived already. */
  onInput(listener: (chunk: Buffer) => void): void {
    this.#onInput = listener;
    for (const chunk of this.#unread.splice(0)) listener(chunk);
  }

  onInputEnd(listener: () => void): void {
    this.#onInputEnd = listener;
    if (this.#isInputOver) listener();
  }

  /** Replaces the default, which is to exit with 143. SIGKILL cannot be handled. */
  onSignal(listener: (signal: Signal) => void): void {
    this.#onSignal = listener;
  }

  exit(exitCode: number): void {
    if (this.exitCode !== undefined) return;
    this.exitCode = exitCode;
    this.#end(exitCode);
  }

  signal(signal: Signal): void {
    if (signal === 'SIGTERM' && this.#onSignal) this.#onSignal(signal);
    else this.exit(EXIT_CODE[signal]);
  }

  /** Connects output handlers and input; the process does not notice. */
  connect(output: OutputHandlers, endsInput: boolean): ContainerStreams {
    this.#outputs.add(output);
    const stdin = new PassThrough();
    stdin.on('data', (chunk: Buffer) => this.#read(chunk));
    stdin.on('end', () => endsInput && this.#endInput());
    const closed = Promise.withResolvers<void>();
    const close = (): void => {
      this.#outputs.delete(output);
      stdin.destroy();
      closed.resolve();
    };
    void this.ended.then(close);
    const ended = closed.promise.then(() => undefined);
    return { stdin, ended, pause: () => {}, resume: () => {}, close };
  }

  #read(chunk: Buffer): void {
    if (this.#onInput) this.#onInput(chunk);
    else this.#unread.push(chunk);
  }

  #endInput(): void {
    this.#isInputOver = true;
    this.#onInputEnd?.();
  }
}

/** A container of the fake engine. */
export class FakeContainer {
  readonly containerId: string;
  readonly spec: FakeContainerSpec;
  readonly #createdAt: number;
  readonly #changed: (container: FakeContainer) => void;
  /** The process that runs, or will run after the next start. */
  process: FakeProcess;
  state: ContainerState = 'created';
  exitCode = 0;
  /** Set it before the exit of a process that was killed for its memory. */
  isOomKilled = false;
  /** Why the engine could not run the container. */
  error = '';

  constructor(
    containerId: string,
    spec: FakeContainerSpec,
    createdAt: number,
    changed: (container: FakeContainer) => void,
  ) {
    this.containerId = containerId;
    this.spec = spec;
    this.#createdAt = createdAt;
    this.#changed = changed;
    this.process = this.#nextProcess();
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  start(): void {
    if (this.isRunning) return;
    this.state = 'running';
    this.isOomKilled = false;
    const { process } = this;
    void process.ended.then((exitCode) => this.#exited(exitCode));
    this.#changed(this);
    // A program's first output comes after the answer to the start, as that of a real process does.
    setImmediate(() => {
      if (process.exitCode === undefined) this.spec.program?.(process);
    });
  }

  attach(output: OutputHandlers): ContainerStreams {
    return this.process.connect(output, this.spec.stdinOnce ?? false);
  }

  summary(): ContainerSummary {
    const {
      labels = {},
      image = 'image',
      imageId = `sha256:${image}`,
      network = 'bridge',
      networkId = `id of ${network}`,
      addresses = [],
      mounts = [],
      ports = [],
    } = this.spec;
    return {
      containerId: this.containerId,
      containerName: this.#name(),
      labels,
      image,
      imageId,
      state: this.state,
      statusText: this.state === 'exited' ? `Exited (${this.exitCode})` : this.state,
      createdAt: this.#createdAt,
      mounts,
      ports,
      networkMode: network,
      networks: networkId === '' ? [] : [{ networkName: network, networkId }],
      addresses: this.isRunning ? addresses : [],
    };
  }

  facts(): ContainerFacts {
    const { image = 'image', env = {}, hasStdin = true, hasTerminal = false, network = 'bridge' } = this.spec;
    const { imageId = `sha256:${image}` } = this.spec;
    return {
      containerName: this.#name(),
      imageId,
      isRunning: this.isRunning,
      isRestarting: this.state === 'restarting',
      exitCode: this.exitCode,
      isOomKilled: this.isOomKilled,
      error: this.error,
      hasStdin,
      hasTerminal,
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      networkMode: network,
      networks: [network],
    };
  }

  #name(): string {
    return this.spec.name ?? `container-${this.containerId}`;
  }

  #nextProcess(): FakeProcess {
    const { command = [], env = {} } = this.spec;
    return new FakeProcess(this, { command, env });
  }

  #exited(exitCode: number): void {
    this.exitCode = exitCode;
    this.state = 'exited';
    this.process = this.#nextProcess();
    this.#changed(this);
  }
}
