/** Brings the images that Dockerfiles build on: pulls them, or makes them from packages. */
import { GatewayError, toGatewayError } from '../../errors.ts';
import { aptSteps, bootstrapPackages } from '../apt-packages.ts';
import { query } from '../command.ts';
import type { SetupPorts } from '../ensure-engine.ts';
import type { FoundEngine } from '../find-engine.ts';
import { findProgram } from '../find-tools.ts';
import { readHost } from '../host.ts';
import { runInstall } from '../install-engine.ts';
import { stepsAsScript } from '../install-step.ts';
import { withLock } from '../lock.ts';
import { BASE_TAGS, type BaseName, baseOf } from './base-recipes.ts';
import { type Maker, makeBase } from './make-base.ts';
import { type PullOutcome, pullImage, registryOf } from './pull-image.ts';

/** How an image was brought, or why it is missing. */
export type BaseOutcome =
  | { readonly kind: 'present' | 'pulled' | 'made' }
  | { readonly kind: 'missing'; readonly error: GatewayError };

/**
 * Brings each image that the engine lacks: pulls it, or, if that fails, makes it. Only the slim images of
 * node, python and debian can be made; the tools for that are installed if `mayChange` agrees. A missing
 * image does not stop the others.
 */
export async function ensureBaseImages(
  references: readonly string[],
  engine: FoundEngine,
  ports: SetupPorts,
): Promise<ReadonlyMap<string, BaseOutcome>> {
  const absent = await absentImages(references, engine);
  const onWait = (pid: string) => {
    const detail =
      pid === String(process.pid)
        ? 'another start of this process comes first'
        : `process ${pid} is doing this already`;
    ports.progress({ name: 'Base images', state: 'running', detail });
  };
  const settled =
    absent.length === 0
      ? new Map<string, BaseOutcome>()
      : await withLock('base-images', () => bringAll(absent, engine, ports), onWait, ports.signal);
  return new Map(references.map((reference) => [reference, settled.get(reference) ?? { kind: 'present' }]));
}

async function absentImages(references: readonly string[], engine: FoundEngine): Promise<string[]> {
  const wanted = [...new Set(references)];
  const present = await Promise.all(wanted.map((reference) => hasImage(reference, engine)));
  return wanted.filter((_, index) => !present[index]);
}

async function hasImage(reference: string, engine: FoundEngine): Promise<boolean> {
  const inspect = ['docker', 'image', 'inspect', '--format', '{{.Id}}', reference];
  return (await query(inspect, engine.env)).ok;
}

async function bringAll(
  references: readonly string[],
  engine: FoundEngine,
  ports: SetupPorts,
): Promise<Map<string, BaseOutcome>> {
  const outcomes = new Map<string, BaseOutcome>();
  const silentRegistries = new Map<string, PullOutcome>();
  for (const reference of references) {
    if (await hasImage(reference, engine)) continue;
    const registry = registryOf(reference);
    const pull = silentRegistries.get(registry) ?? (await pullImage(reference, engine, ports));
    if (pull.kind === 'silent') silentRegistries.set(registry, pull);
    outcomes.set(
      reference,
      pull.kind === 'pulled' ? pull : await makeInstead(reference, pull, engine, ports),
    );
  }
  return outcomes;
}

type FailedPull = Exclude<PullOutcome, { kind: 'pulled' }>;

async function makeInstead(
  reference: string,
  pull: FailedPull,
  engine: FoundEngine,
  ports: SetupPorts,
): Promise<BaseOutcome> {
  const base = baseOf(reference);
  if (!base) return { kind: 'missing', error: missingError(reference, pull) };
  const reason =
    pull.kind === 'silent' ? `${registryOf(reference)} does not answer` : 'the registry does not provide it';
  try {
    const maker = await prepareMaker(reference, engine, ports);
    if (base !== 'debian' && !(await hasImage('debian:trixie-slim', engine)))
      await make('debian', reason, maker);
    await make(base, reason, maker);
    return { kind: 'made' };
  } catch (error) {
    ports.signal?.throwIfAborted();
    return { kind: 'missing', error: toGatewayError(error) };
  }
}

async function make(base: BaseName, reason: string, maker: Maker): Promise<void> {
  const name = `Make ${BASE_TAGS[base][0]}`;
  maker.progress({ name, state: 'started', detail: reason });
  try {
    await makeBase(base, maker);
    maker.progress({ name, state: 'done', detail: `made here from packages: ${reason}` });
  } catch (error) {
    maker.progress({ name, state: 'failed' });
    throw error;
  }
}

/**
 * Checks that this machine can make images, and installs the tools.
 * @throws GatewayError BASE_IMAGE_MISSING
 */
async function prepareMaker(reference: string, engine: FoundEngine, ports: SetupPorts): Promise<Maker> {
  const host = await readHost();
  const tools = bootstrapPackages(host);
  if (!host.apt || tools.length === 0 || !engine.url.startsWith('unix://')) {
    throw cannotMake(reference, 'that needs apt, on the machine of the engine', `docker pull ${reference}`);
  }
  const programs = host.root ? ['mmdebstrap'] : ['mmdebstrap', 'newuidmap'];
  const missing = programs.filter((program) => !findProgram(program, process.env));
  if (missing.length > 0) {
    const steps = aptSteps(host, tools, []);
    if (!host.root || !(await ports.mayChange(steps))) {
      throw cannotMake(
        reference,
        `that needs ${missing.join(' and ')}`,
        `sudo sh <<'END'\n${stepsAsScript(steps)}\nEND`,
      );
    }
    await runInstall(steps, ports.progress, ports.signal);
  }
  return { engine, apt: host.apt, progress: ports.progress, signal: ports.signal };
}

function cannotMake(reference: string, reason: string, hint: string): GatewayError {
  return new GatewayError(
    'BASE_IMAGE_MISSING',
    `${reference} could not be pulled, and Hive cannot make it here: ${reason}`,
    { hint },
  );
}

function missingError(reference: string, pull: FailedPull): GatewayError {
  const message = `the image ${reference} is missing and could not be pulled: ${pull.reason}`;
  const makeable = Object.values(BASE_TAGS).map(([tag]) => tag);
  const hint =
    pull.kind === 'refused'
      ? 'check its name and tag, or log in: docker login'
      : `build on ${makeable.join(', ')}, which Hive can make itself, or load it: docker load`;
  return new GatewayError('BASE_IMAGE_MISSING', message, { hint });
}
