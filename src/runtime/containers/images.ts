/** Brings the images of container servers to the engine: builds or pulls them. */
import { relative } from 'node:path';
import pLimit from 'p-limit';
import { GatewayError } from '../../errors.ts';
import { MAX_DOCKERFILE_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { ComposeProject } from '../../model/composer.ts';
import type { ContainerServer } from '../../model/desired.ts';
import type { Engine, ImageFacts } from '../../model/engine.ts';
import { resolveReferences, type Values } from '../../model/references.ts';
import { dockerfileBases } from './dockerfile-bases.ts';

/** Builds are CPU-bound: more at once makes each slower and none faster. */
const MAX_BUILDS = 2;

export interface ImageDeps {
  readonly engine: Pick<Engine, 'image' | 'composer'>;
  /** What Compose needs for these services. @throws GatewayError STATE_FAILED */
  readonly compose: (services: readonly string[]) => ComposeProject;
  /** Brings the images that a Dockerfile builds on. @throws GatewayError BASE_IMAGE_MISSING */
  readonly ensureBases: (references: readonly string[], onDetail: (detail: string) => void) => Promise<void>;
}

export interface Images {
  /**
   * Brings the image that a server runs: builds it once for each content of its Dockerfile, or pulls it.
   * @param onDetail receives what is being done, for people
   * @throws GatewayError BUILD_FAILED, IMAGE_NOT_FOUND, BASE_IMAGE_MISSING
   */
  ensure(
    server: ContainerServer,
    image: string,
    onDetail: (detail: string) => void,
    signal: AbortSignal,
  ): Promise<ImageFacts>;
}

/** Limits builds for one engine. */
export function createImages(deps: ImageDeps): Images {
  const limitBuilds = pLimit(MAX_BUILDS);
  return {
    async ensure(server, image, onDetail, signal) {
      const present = await deps.engine.image(image);
      if (present && server.pull !== 'always') return present;
      const { build } = server;
      if (build) {
        onDetail('waiting to build');
        await limitBuilds(() => buildImage(deps, server, build.dockerfile, onDetail, signal));
      } else await pullImage(deps, server.serverName, image, onDetail, signal);
      return (await deps.engine.image(image)) ?? missingImage(image);
    },
  };
}

function pullImage(
  { engine, compose }: ImageDeps,
  service: string,
  image: string,
  onDetail: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const onLine = (line: string): void => {
    if (!/Error/.test(line)) onDetail(`pulling: ${line.trim()}`);
  };
  return engine.composer.pull(compose([service]), service, image, onLine, signal);
}

async function buildImage(
  { engine, compose, ensureBases }: ImageDeps,
  server: ContainerServer,
  path: string,
  onDetail: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const text = await readDockerfile(server, path);
  await ensureBases(dockerfileBases(text, buildArgs(server, compose([server.serverName]).values)), onDetail);
  const dockerfile = { path, shown: relative(process.cwd(), path), text };
  const onLine = (line: string): void => {
    const step = buildStep(line);
    if (step) onDetail(`building ${step}`);
  };
  await engine.composer.build(compose([server.serverName]), server.serverName, dockerfile, onLine, signal);
}

async function readDockerfile({ serverName, place }: ContainerServer, path: string): Promise<string> {
  try {
    return await processFiles.text(path, MAX_DOCKERFILE_BYTES);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new GatewayError('BUILD_FAILED', `the Dockerfile of ${serverName} cannot be read: ${why}`, {
      hint: `make ${path} a regular file that this user may read`,
      place,
      cause,
    });
  }
}

/** Build arguments among the raw Compose keys: an object, or a list of `NAME=value`. */
function buildArgs({ compose }: ContainerServer, values: Values): Readonly<Record<string, string>> {
  const { args } = (compose.build ?? {}) as { args?: unknown };
  const pairs = Array.isArray(args)
    ? args.map((arg) => /^([^=]*)=?(.*)$/s.exec(String(arg))?.slice(1) ?? [])
    : Object.entries(args ?? {});
  return Object.fromEntries(pairs.map(([name, value]) => [name, resolveReferences(String(value), values)]));
}

function missingImage(image: string): never {
  throw new GatewayError('IMAGE_NOT_FOUND', `image ${image} was removed while it was brought here`, {
    hint: 'save the config again',
  });
}

/**
 * `3/5: RUN pip install …` out of Buildkit's line `#7 [builder 3/5] RUN pip install …`; undefined for all
 * other lines.
 */
function buildStep(line: string): string | undefined {
  const [, step, command] = /^#\d+ \[(?:\S+ )?(\d+\/\d+)\] (.*)$/.exec(line) ?? [];
  return step && command ? `${step}: ${command.slice(0, 60)}` : undefined;
}
