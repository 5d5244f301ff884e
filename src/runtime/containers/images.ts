import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import type Docker from 'dockerode';
import pLimit from 'p-limit';
import { buildService, type ComposeSettings, pullService } from '../../engines/docker/compose.ts';
import type { ContainerServer } from '../../model/desired.ts';

/** Builds are CPU-bound: more at once makes each slower and none faster. */
const building = pLimit(2);

export interface ImageDeps {
  readonly docker: Docker;
  readonly compose: () => ComposeSettings;
  /** Makes sure that what a Dockerfile builds FROM is there. */
  readonly ensureBases: (references: readonly string[], onDetail: (detail: string) => void) => Promise<void>;
}

/**
 * Makes sure that the image a service runs is on this machine: built once for each content of its Dockerfile, or pulled.
 *
 * @returns what the engine knows of it
 * @throws GatewayError BUILD_FAILED, IMAGE_NOT_FOUND or BASE_IMAGE_MISSING
 */
export async function ensureImage(
  deps: ImageDeps,
  server: ContainerServer,
  image: string,
  onDetail: (detail: string) => void,
  signal: AbortSignal,
): Promise<Docker.ImageInspectInfo> {
  const present = await findImage(deps.docker, image);
  if (present && server.pull !== 'always') return present;
  await bringImage(deps, server, image, onDetail, signal);
  return deps.docker.getImage(image).inspect();
}

async function bringImage(
  deps: ImageDeps,
  server: ContainerServer,
  image: string,
  onDetail: (detail: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const { build } = server;
  if (!build)
    return pullService(
      deps.compose(),
      server.serverName,
      image,
      (line) => /Error/.test(line) || onDetail(`pulling: ${line.trim()}`),
      signal,
    );
  onDetail('waiting to build');
  await building(async () => {
    await deps.ensureBases(basesOf(build.dockerfile), onDetail);
    const dockerfile = {
      path: build.dockerfile,
      shown: relative(process.cwd(), build.dockerfile),
      text: readFileSync(build.dockerfile, 'utf8'),
    };
    const onLine = (line: string): void => stepOf(line, onDetail);
    await buildService(deps.compose(), server.serverName, dockerfile, onLine, signal);
  });
}

async function findImage(docker: Docker, image: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(image).inspect();
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw error;
  }
}

/** External images that a Dockerfile starts from: not `scratch`, not its own earlier stages. */
export function basesOf(dockerfile: string): string[] {
  const stages = new Set(['scratch']);
  const bases: string[] = [];
  for (const line of readFileSync(dockerfile, 'utf8').split('\n')) {
    const [, image, stage] = /^\s*FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?/i.exec(line) ?? [];
    if (image && !stages.has(image.toLowerCase()) && !image.includes('$')) bases.push(image);
    if (stage) stages.add(stage.toLowerCase());
  }
  return [...new Set(bases)];
}

/** Buildkit's plain lines: `#7 [builder 3/5] RUN pip install …` is worth showing, the rest is its chatter. */
function stepOf(line: string, onDetail: (detail: string) => void): void {
  const [, step, command] = /^#\d+ \[(?:\S+ )?(\d+\/\d+)\] (.*)$/.exec(line) ?? [];
  if (step && command) onDetail(`building ${step}: ${command.slice(0, 60)}`);
}
