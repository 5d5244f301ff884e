/**
 * An engine in memory, for tests of everything above the engine port. Held to the same contract as the real
 * one (`test/contract/engine.ts`).
 */
import { systemClock } from '../../src/clock.ts';
import { GatewayError } from '../../src/errors.ts';
import type { Clock } from '../../src/model/clock.ts';
import type {
  AttachOptions,
  ContainerEnd,
  ContainerFacts,
  ContainerStreams,
  ContainerSummary,
  Engine,
  EngineLocality,
  EngineWatch,
  ExecProcess,
  ExecSpec,
  ImageFacts,
  NetworkSummary,
  OutputHandlers,
  UsageFeed,
  VolumeSummary,
} from '../../src/model/engine.ts';
import type { Usage } from '../../src/model/watch/usage.ts';
import { FakeComposer } from './fake-composer.ts';
import { FakeContainer, type FakeContainerSpec, FakeProcess, type FakeProgram } from './fake-container.ts';

/** Milliseconds between SIGTERM and SIGKILL, as the real engine's default. */
const DEFAULT_GRACE_MS = 10_000;

/** A method that can be made to fail. */
export type EngineMethod = Exclude<keyof Engine, 'host' | 'locality' | 'composer' | 'watch'>;

export interface FakeEngineOptions {
  readonly clock?: Clock;
  readonly locality?: EngineLocality;
  /** The program that an exec runs; undefined if the container has no such command. */
  readonly findProgram?: (command: readonly string[]) => FakeProgram | undefined;
}

/** A network of a Compose project. */
interface FakeNetwork {
  readonly project: string;
  readonly name: string;
}

interface Watcher {
  readonly label: string;
  readonly onChange: (cause: string) => void;
  readonly onEnd: (end: ContainerEnd) => void;
}

export class FakeEngine implements Engine {
  readonly host: string = 'fake://';
  readonly locality: EngineLocality;
  readonly composer: FakeComposer;
  /** Every request that reached the engine, as `start 1`. */
  readonly requests: string[] = [];
  readonly images = new Map<string, ImageFacts>();
  readonly projectNetworks: FakeNetwork[] = [];
  /** Labels by name. */
  readonly volumeLabels = new Map<string, Readonly<Record<string, string>>>();
  readonly #clock: Clock;
  readonly #findProgram: NonNullable<FakeEngineOptions['findProgram']>;
  readonly #containers = new Map<string, FakeContainer>();
  readonly #watchers = new Set<Watcher>();
  readonly #failures: { readonly method: EngineMethod; readonly error: GatewayError }[] = [];
  #isDown = false;
  #created = 0;

  constructor({
    clock = systemClock,
    locality = 'remote',
    findProgram = () => undefined,
  }: FakeEngineOptions = {}) {
    this.#clock = clock;
    this.locality = locality;
    this.#findProgram = findProgram;
    this.composer = new FakeComposer(this);
  }

  // What tests do.

  /** Creates a container without starting it. */
  create(spec: FakeContainerSpec = {}): FakeContainer {
    this.#created += 1;
    const id = String(this.#created);
    const imageId = this.images.get(spec.image ?? '')?.imageId;
    const made = imageId === undefined ? spec : { imageId, ...spec };
    const container = new FakeContainer(id, made, this.#clock.now(), (it) => this.#report(it));
    this.#containers.set(id, container);
    return container;
  }

  get(containerId: string): FakeContainer | undefined {
    return this.#containers.get(containerId);
  }

  all(): readonly FakeContainer[] {
    return [...this.#containers.values()];
  }

  /** Makes the next request of this kind fail. */
  failNext(method: EngineMethod, error = refusal('the fake engine was told to fail')): void {
    this.#failures.push({ method, error });
  }

  /** An engine that is down answers nothing; its containers go on. */
  setDown(isDown: boolean): void {
    this.#isDown = isDown;
    const cause = isDown ? 'engine connection lost' : 'engine is back';
    for (const { onChange } of this.#watchers) queueMicrotask(() => onChange(cause));
  }

  // The port.

  async containers(label: string): Promise<readonly ContainerSummary[]> {
    await this.#request('containers', label);
    return this.all()
      .map((it) => it.summary())
      .filter(({ labels }) => label in labels);
  }

  async inspect(containerId: string): Promise<ContainerFacts | undefined> {
    await this.#request('inspect', containerId);
    return this.#containers.get(containerId)?.facts();
  }

  async usage(containerId: string): Promise<Usage | undefined> {
    await this.#request('usage', containerId);
    if (!this.#containers.get(containerId)?.isRunning) return undefined;
    return { at: this.#clock.now(), cpuSeconds: 1, memoryBytes: 1_000 };
  }

  async followUsage(containerId: string, onUsage: (usage: Usage) => void): Promise<UsageFeed | undefined> {
    await this.#request('followUsage', containerId);
    if (!this.#containers.has(containerId)) return undefined;
    const ended = Promise.withResolvers<void>();
    let seconds = 0;
    let timer: { cancel(): void } | undefined;
    const next = (): void => {
      const container = this.#containers.get(containerId);
      if (!container || this.#isDown) return void ended.resolve();
      seconds += 1;
      if (container.isRunning)
        onUsage({ at: this.#clock.now(), cpuSeconds: seconds, memoryBytes: 1_000, memoryLimitBytes: 2_000 });
      timer = this.#clock.setTimeout(next, 1_000);
    };
    queueMicrotask(next);
    const close = (): void => {
      timer?.cancel();
      ended.resolve();
    };
    return { ended: ended.promise, close };
  }

  async start(containerId: string): Promise<void> {
    await this.#request('start', containerId);
    this.#existing(containerId).start();
  }

  async stop(containerId: string): Promise<void> {
    await this.#request('stop', containerId);
    await this.#stop(containerId);
  }

  async restart(containerId: string): Promise<void> {
    await this.#request('restart', containerId);
    await this.#stop(containerId);
    this.#containers.get(containerId)?.start();
  }

  async remove(containerId: string): Promise<void> {
    await this.#request('remove', containerId);
    await this.#stop(containerId);
    const container = this.#containers.get(containerId);
    this.#containers.delete(containerId);
    if (container) this.#report(container);
  }

  async untilStopped(containerId: string, signal: AbortSignal): Promise<boolean> {
    await this.#request('untilStopped', containerId);
    const container = this.#containers.get(containerId);
    if (!container?.isRunning) return true;
    const aborted = Promise.withResolvers<boolean>();
    const abort = (): void => aborted.resolve(false);
    if (signal.aborted) return false;
    signal.addEventListener('abort', abort);
    const stopped = container.process.ended.then(() => true);
    return Promise.race([stopped, aborted.promise]).finally(() => signal.removeEventListener('abort', abort));
  }

  async attach(
    containerId: string,
    { hasInput }: AttachOptions,
    output: OutputHandlers,
  ): Promise<ContainerStreams> {
    await this.#request('attach', containerId);
    const streams = this.#existing(containerId).attach(output);
    if (!hasInput) streams.stdin.end();
    return streams;
  }

  async exec(containerId: string, spec: ExecSpec, output: OutputHandlers): Promise<ExecProcess> {
    await this.#request('exec', containerId);
    const process = this.#begin(containerId, spec);
    const streams = process.connect(output, true);
    const state: ExecProcess['state'] = async () => {
      if (!this.#containers.has(containerId)) return { isRunning: false };
      const { exitCode } = process;
      return exitCode === undefined ? { isRunning: true } : { isRunning: false, exitCode };
    };
    return { ...streams, state };
  }

  async execDetached(containerId: string, spec: ExecSpec): Promise<void> {
    await this.#request('execDetached', containerId);
    this.#begin(containerId, spec);
  }

  async image(reference: string): Promise<ImageFacts | undefined> {
    await this.#request('image', reference);
    const byId = [...this.images.values()].find(({ imageId }) => imageId === reference);
    return this.images.get(reference) ?? byId;
  }

  async removeImage(reference: string): Promise<boolean> {
    await this.#request('removeImage', reference);
    if (this.#isUsed(({ image }) => image === reference)) return false;
    const names = [...this.images].filter(([name, { imageId }]) => [name, imageId].includes(reference));
    for (const [name] of names) this.images.delete(name);
    return names.length > 0;
  }

  async tagImage(reference: string, name: string): Promise<void> {
    await this.#request('tagImage', `${reference} ${name}`);
    const image = this.images.get(reference);
    if (!image) throw refusal(`No such image: ${reference}`);
    this.images.set(name, image);
  }

  async imagesWith(label: string, value: string): Promise<readonly string[]> {
    await this.#request('imagesWith', `${label}=${value}`);
    const found = [...this.images.values()].filter(({ labels }) => labels[label] === value);
    return [...new Set(found.map(({ imageId }) => imageId))];
  }

  async removeNetworks(project: string, names?: readonly string[]): Promise<void> {
    await this.#request('removeNetworks', project);
    const isMeant = (it: FakeNetwork): boolean =>
      it.project === project &&
      (names?.includes(it.name) ?? true) &&
      !this.#isUsed(({ network }) => network === it.name);
    drop(this.projectNetworks, isMeant);
  }

  async networks(): Promise<readonly NetworkSummary[]> {
    await this.#request('networks', '');
    const names = ['bridge', ...this.projectNetworks.map(({ name }) => name)];
    return names.map((networkName) => ({ networkName, networkId: `id of ${networkName}` }));
  }

  async volumes(project: string): Promise<readonly VolumeSummary[]> {
    await this.#request('volumes', project);
    return [...this.volumeLabels]
      .map(([volumeName, labels]) => ({ volumeName, labels }))
      .filter(({ labels }) => labels['com.docker.compose.project'] === project);
  }

  async makeVolume(volumeName: string, labels: Readonly<Record<string, string>>): Promise<void> {
    await this.#request('makeVolume', volumeName);
    if (!this.volumeLabels.has(volumeName)) this.volumeLabels.set(volumeName, labels);
  }

  async removeVolume(volumeName: string): Promise<boolean> {
    await this.#request('removeVolume', volumeName);
    const isUsed = this.#isUsed(({ volumes }) => volumes?.includes(volumeName) ?? false);
    return !isUsed && this.volumeLabels.delete(volumeName);
  }

  watch(
    label: string,
    onChange: (cause: string) => void,
    onEnd: (end: ContainerEnd) => void = () => {},
  ): EngineWatch {
    const watcher = { label, onChange, onEnd };
    this.#watchers.add(watcher);
    return { close: () => void this.#watchers.delete(watcher) };
  }

  async #request(method: EngineMethod, subject: string): Promise<void> {
    await Promise.resolve();
    if (this.#isDown)
      throw new GatewayError('ENGINE_UNREACHABLE', 'the engine does not answer: it is down', {
        hint: 'start it',
      });
    this.requests.push(`${method} ${subject}`);
    const index = this.#failures.findIndex((it) => it.method === method);
    const [failure] = index < 0 ? [] : this.#failures.splice(index, 1);
    if (failure) throw failure.error;
  }

  #existing(containerId: string): FakeContainer {
    const container = this.#containers.get(containerId);
    if (!container) throw refusal(`No such container: ${containerId}`);
    return container;
  }

  async #stop(containerId: string): Promise<void> {
    const container = this.#containers.get(containerId);
    if (!container?.isRunning) return;
    const { process } = container;
    process.signal('SIGTERM');
    const graceMs = container.spec.stopGraceMs ?? DEFAULT_GRACE_MS;
    const timer = this.#clock.setTimeout(() => process.signal('SIGKILL'), graceMs);
    await process.ended;
    timer.cancel();
  }

  #begin(containerId: string, { command, env, workdir, user }: ExecSpec): FakeProcess {
    const container = this.#existing(containerId);
    if (!container.isRunning) throw refusal(`container ${containerId} is not running`);
    const program = this.#findProgram(command);
    if (!program) throw new GatewayError('START_FAILED', `exec: "${command[0]}": not found`);
    const process = new FakeProcess(container, {
      command,
      env: { ...container.spec.env, ...env },
      ...(workdir === undefined ? {} : { workdir }),
      ...(user === undefined ? {} : { user }),
    });
    void container.process.ended.then(() => process.exit(137));
    setImmediate(() => program(process));
    return process;
  }

  #isUsed(uses: (spec: FakeContainerSpec) => boolean): boolean {
    return this.all().some(({ spec }) => uses(spec));
  }

  #report({ spec, containerId, state, exitCode, isOomKilled }: FakeContainer): void {
    if (this.#isDown) return;
    const { labels = {} } = spec;
    const ends: ContainerEnd[] = [];
    if (state === 'exited') ends.push({ kind: 'exit', containerId, labels, exitCode });
    if (state === 'exited' && isOomKilled) ends.unshift({ kind: 'oom', containerId, labels });
    for (const watcher of this.#watchers)
      if (watcher.label in labels) queueMicrotask(() => this.#tell(watcher, ends));
  }

  #tell(watcher: Watcher, ends: readonly ContainerEnd[]): void {
    if (!this.#watchers.has(watcher)) return;
    watcher.onChange('container event');
    for (const end of ends) watcher.onEnd(end);
  }
}

/** An error that the engine answers with. */
export function refusal(sentence: string): GatewayError {
  return new GatewayError('ENGINE_REFUSED', sentence);
}

function drop<T>(list: T[], isMeant: (it: T) => boolean): void {
  list.splice(0, list.length, ...list.filter((it) => !isMeant(it)));
}
