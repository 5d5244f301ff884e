/** Makes one base image from packages. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { Progress } from '../../model/progress.ts';
import { query, runStep } from '../command.ts';
import type { FoundEngine } from '../find-engine.ts';
import type { AptSources } from '../host.ts';
import { type HostSettings, readHostSettings } from '../host-settings.ts';
import {
  APT_OPTIONS,
  BASE_TAGS,
  type BaseName,
  DPKG_OPTIONS,
  MADE_LABEL,
  NODE_DOCKERFILE,
  NODE_VERSION,
  NPM_VERSION,
  PYTHON_DOCKERFILE,
} from './base-recipes.ts';

/** Tools and settings for making an image. */
export interface Maker {
  readonly engine: FoundEngine;
  readonly apt: AptSources;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const WORK_PREFIX = 'hive-base-';
/** Mode of the work folder: apt downloads as a user of its own. */
const OPEN_TO_APT = 0o755;
const STEP_TIMEOUT_MS = 15 * 60_000;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The making of one image. All temporary files are in `folder`. */
interface Job extends Maker {
  readonly base: BaseName;
  readonly folder: string;
}

/**
 * Makes one image and tags it. The engine tags only complete images, so an interruption leaves no broken one.
 * The caller holds the lock, so work folders that exist already belong to no process.
 * @throws GatewayError BASE_IMAGE_MISSING
 */
export async function makeBase(base: BaseName, maker: Maker): Promise<void> {
  await dropLeftovers();
  const folder = await mkdtemp(join(tmpdir(), WORK_PREFIX));
  await chmod(folder, OPEN_TO_APT);
  try {
    const job = { ...maker, base, folder };
    await MAKE[base](job);
    for (const alias of BASE_TAGS[base].slice(1)) await step(job, ['docker', 'tag', tagOf(base), alias]);
  } finally {
    await dropFolder(folder);
  }
}

const MAKE: Readonly<Record<BaseName, (job: Job) => Promise<void>>> = {
  debian: makeDebian,
  node: makeNode,
  python: makePython,
};

async function dropLeftovers(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names) if (name.startsWith(WORK_PREFIX)) await dropFolder(join(tmpdir(), name));
}

/** Removes the folder, without following mounts that may have been left in it. */
async function dropFolder(folder: string): Promise<void> {
  await query(['rm', '-rf', '--one-file-system', '--', folder]);
}

async function makeDebian(job: Job): Promise<void> {
  const settings = await readHostSettings();
  const tar = join(job.folder, 'root.tar');
  await step(job, confined(['mmdebstrap', ...(await mmdebstrapArgs(job, settings, tar))]));
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...settings.env };
  const changes = [
    ...Object.entries(env).map(([name, value]) => `ENV ${name}=${value}`),
    `LABEL ${MADE_LABEL}=${BASE_TAGS.debian[0]}`,
    'CMD ["bash"]',
  ];
  const change = changes.flatMap((line) => ['--change', line]);
  await step(job, ['docker', 'import', ...change, tar, tagOf('debian')]);
}

/**
 * As root, mmdebstrap mounts /proc and /sys of this machine inside the work folder. In namespaces of its own
 * these mounts end with it, and it ends with Hive, however that ends. Removing the folder can therefore never
 * reach into them.
 */
function confined(argv: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return argv;
  const unshare = ['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child', '--'];
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...unshare, ...argv];
}

async function mmdebstrapArgs({ folder, apt }: Job, settings: HostSettings, tar: string): Promise<string[]> {
  const hooks: string[] = [];
  for (const [index, file] of settings.files.entries()) {
    const local = join(folder, `setting-${index}`);
    await writeFile(local, file.content);
    hooks.push(`install -D -m 644 '${local}' "$1${file.path}"`);
  }
  hooks.push('chroot "$1" update-ca-certificates');
  return [
    `--mode=${process.getuid?.() === 0 ? 'root' : 'unshare'}`,
    '--variant=minbase',
    '--include=ca-certificates',
    ...(existsSync(KEYRING) ? [`--keyring=${KEYRING}`] : []),
    ...DPKG_OPTIONS.map((option) => `--dpkgopt=${option}`),
    ...APT_OPTIONS.map((option) => `--aptopt=${option}`),
    ...hooks.map((hook) => `--customize-hook=${hook}`),
    'trixie',
    tar,
    `deb ${apt.mirror} trixie main`,
    `deb ${apt.mirror} trixie-updates main`,
    `deb ${apt.securityMirror} trixie-security main`,
  ];
}

async function makeNode(job: Job): Promise<void> {
  const binary = await unpack(job, `node-linux-${process.arch}@${NODE_VERSION}`, 'binary');
  const npm = await unpack(job, `npm@${NPM_VERSION}`, 'npm');
  const context = join(job.folder, 'context');
  await mkdir(context);
  await rename(join(binary, 'bin/node'), join(context, 'node'));
  await rename(npm, join(context, 'npm'));
  await build(job, context, NODE_DOCKERFILE);
}

async function makePython(job: Job): Promise<void> {
  const context = join(job.folder, 'context');
  await mkdir(context);
  await build(job, context, PYTHON_DOCKERFILE);
}

/** Downloads a package from npm and unpacks it without running its scripts. @returns the folder */
async function unpack(job: Job, spec: string, name: string): Promise<string> {
  const folder = join(job.folder, name);
  await mkdir(folder);
  await step(
    job,
    ['npm', 'pack', '--silent', '--prefer-offline', '--pack-destination', folder, spec],
    folder,
  );
  const [archive = ''] = await readdir(folder);
  const omit = ['--exclude=package/docs', '--exclude=package/man', '--exclude=package/include'];
  await step(job, ['tar', '-xzf', archive, '--strip-components=1', '--no-same-owner', ...omit], folder);
  await rm(join(folder, archive));
  return folder;
}

async function build(job: Job, context: string, dockerfile: string): Promise<void> {
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].filter((name) => process.env[name]);
  const args = proxies.flatMap((name) => ['--build-arg', name]);
  await step(job, ['docker', 'build', '--progress=plain', ...args, '--tag', tagOf(job.base), '.'], context);
}

function tagOf(base: BaseName): string {
  return BASE_TAGS[base][0] ?? base;
}

async function step(job: Job, argv: readonly string[], cwd: string = job.folder): Promise<void> {
  const tag = tagOf(job.base);
  const result = await runStep(argv, {
    timeoutMs: STEP_TIMEOUT_MS,
    env: { ...job.engine.env, TMPDIR: job.folder },
    cwd,
    signal: job.signal,
    killSignal: 'SIGKILL',
    onLine: (line) => {
      const detail = stageOf(line);
      if (detail) job.progress({ name: `Make ${tag}`, state: 'running', detail });
    },
  });
  job.signal?.throwIfAborted();
  if (result.ok) return;
  const message = `${tag} could not be made (${argv[0]}):\n${result.tail.join('\n')}`;
  throw new GatewayError('BASE_IMAGE_MISSING', message, {
    hint: `fix that, or pull the image: docker pull ${tag}`,
  });
}

/** The headings of mmdebstrap and BuildKit, for people; undefined for all other lines. */
function stageOf(line: string): string | undefined {
  const [, bootstrap, build] =
    /^I: ((?:running apt|downloading|extracting|installing|creating).*)|^#\d+ (\[\d.*)/.exec(line) ?? [];
  return bootstrap ?? build;
}
