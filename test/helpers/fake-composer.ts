/** Compose for the fake engine: makes containers and images from specifications that a test declares. */
import { GatewayError } from '../../src/errors.ts';
import type { ComposeProject, Composer, Dockerfile } from '../../src/model/composer.ts';
import type { FakeContainer, FakeContainerSpec } from './fake-container.ts';
import type { FakeEngine } from './fake-engine.ts';

export class FakeComposer implements Composer {
  /** What the compiled file and the override say of each service. */
  readonly services = new Map<string, FakeContainerSpec>();
  /** Every run, as `create a b`. */
  readonly runs: string[] = [];
  /** Services whose runs fail. */
  readonly broken = new Set<string>();
  readonly #engine: FakeEngine;

  constructor(engine: FakeEngine) {
    this.#engine = engine;
  }

  async build(
    _project: ComposeProject,
    service: string,
    { shown }: Dockerfile,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#run('build', [service], 'BUILD_FAILED');
    signal.throwIfAborted();
    onLine(`#1 [1/1] FROM ${shown}`);
    this.#addImage(this.services.get(service)?.image ?? service);
  }

  async pull(
    _project: ComposeProject,
    service: string,
    image: string,
    onLine: (line: string) => void,
    signal: AbortSignal,
  ): Promise<void> {
    await this.#run('pull', [service], 'IMAGE_NOT_FOUND');
    signal.throwIfAborted();
    onLine(`${service} Pulled`);
    this.#addImage(image);
  }

  async create({ name }: ComposeProject, counts: ReadonlyMap<string, number>): Promise<void> {
    await this.#run('create', [...counts.keys()], 'CREATE_FAILED');
    for (const [service, count] of counts) this.#scale(name, service, count);
  }

  async start({ name }: ComposeProject, service: string): Promise<void> {
    await this.#run('start', [service], 'START_FAILED');
    for (const container of this.#containersOf(name, service)) container.start();
  }

  async version(): Promise<string> {
    return '2.0.0';
  }

  async #run(
    verb: string,
    services: readonly string[],
    code: 'BUILD_FAILED' | 'IMAGE_NOT_FOUND' | 'CREATE_FAILED' | 'START_FAILED',
  ): Promise<void> {
    await Promise.resolve();
    this.runs.push(`${verb} ${services.join(' ')}`);
    const broken = services.find((service) => this.broken.has(service));
    if (broken !== undefined) throw new GatewayError(code, `${broken} is broken`);
  }

  #scale(project: string, service: string, count: number): void {
    const labels = labelsOf(project, service);
    const spec = this.services.get(service) ?? {};
    for (let have = this.#containersOf(project, service).length; have < count; have++)
      this.#engine.create({ ...spec, labels: { ...spec.labels, ...labels } });
  }

  #containersOf(project: string, service: string): readonly FakeContainer[] {
    const wanted = Object.entries(labelsOf(project, service));
    const isWanted = ({ spec }: FakeContainer): boolean =>
      wanted.every(([label, value]) => spec.labels?.[label] === value);
    return this.#engine.all().filter(isWanted);
  }

  #addImage(reference: string): void {
    this.#engine.images.set(reference, {
      imageId: `sha256:${reference}`,
      labels: {},
      entrypoint: [],
      command: ['serve'],
    });
  }
}

const labelsOf = (project: string, service: string): Readonly<Record<string, string>> => ({
  'com.docker.compose.project': project,
  'com.docker.compose.service': service,
});
