/** Builds the image of one server, after the images that it builds on have been brought. */

import { relative } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { MAX_DOCKERFILE_BYTES } from '../../files/limits.ts';
import { processFiles } from '../../files/process-files.ts';
import type { ComposeProject, Dockerfile } from '../../model/composer.ts';
import type { Build, ContainerServer } from '../../model/desired.ts';
import type { Engine } from '../../model/engine.ts';
import type { Values } from '../../model/references.ts';
import { cutEnd } from '../../model/text/cut.ts';
import { argsDigest, buildArgs, buildLabels, type FindImage } from './built-on.ts';
import { dockerfileBases } from './dockerfile-bases.ts';
import type { Override } from './override.ts';

export interface BuildDeps {
  readonly engine: Pick<Engine, 'image' | 'composer'>;
  /** What Compose needs for these services. @throws GatewayError STATE_FAILED */
  readonly compose: (services: readonly string[]) => ComposeProject;
  readonly override: Pick<Override, 'build'>;
  readonly values: () => Values;
  /** Brings the images that a Dockerfile builds on. @throws GatewayError BASE_IMAGE_MISSING */
  readonly ensureBases: (references: readonly string[], onDetail: (detail: string) => void) => Promise<void>;
}

/** A server whose image is built. */
export type BuiltServer = ContainerServer & { readonly build: Build };

export const isBuilt = (server: ContainerServer): server is BuiltServer => server.build !== undefined;

/**
 * @param onDetail receives what is being done, for people
 * @throws GatewayError BUILD_FAILED, BASE_IMAGE_MISSING
 */
export async function buildImage(
  { engine, compose, override, values, ensureBases }: BuildDeps,
  server: BuiltServer,
  onDetail: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { serverName } = server;
  const dockerfile = await readDockerfile(server);
  const bases = basesOf(dockerfile, server, values());
  await ensureBases(bases, onDetail);
  const find: FindImage = (reference) => engine.image(reference);
  override.build(serverName, await buildLabels(find, bases, argsDigest(server, values())));
  const onLine = (line: string): void => {
    const step = buildStep(line);
    if (step) onDetail(`building ${step}`);
  };
  await engine.composer.build(compose([serverName]), serverName, dockerfile, onLine, signal);
}

/** The images that a server's Dockerfile builds on; none for a Dockerfile that only the engine fetches. */
export async function readBases(server: BuiltServer, values: Values): Promise<readonly string[]> {
  return basesOf(await readDockerfile(server), server, values);
}

const basesOf = ({ text }: Dockerfile, server: BuiltServer, values: Values): readonly string[] =>
  dockerfileBases(text, buildArgs(server, values));

async function readDockerfile({ serverName, place, build }: BuiltServer): Promise<Dockerfile> {
  if (build.isRemote) return { path: place.path, line: place.line, shown: build.context, text: '' };
  const { dockerfile: path } = build;
  try {
    const text = await processFiles.text(path, MAX_DOCKERFILE_BYTES);
    return { path, shown: relative(process.cwd(), path), text };
  } catch (cause) {
    const why = (cause as Error).message;
    throw new GatewayError('BUILD_FAILED', `the Dockerfile of ${serverName} cannot be read: ${why}`, {
      hint: `make ${path} a regular file that this user may read`,
      place,
      cause,
    });
  }
}

/**
 * `3/5: RUN pip install …` out of Buildkit's line `#7 [builder 3/5] RUN pip install …`; undefined for all
 * other lines.
 */
function buildStep(line: string): string | undefined {
  const [, step, command] = /^#\d+ \[(?:\S+ )?(\d+\/\d+)\] (.*)$/.exec(line) ?? [];
  return step && command ? `${step}: ${cutEnd(command, 60)}` : undefined;
}
