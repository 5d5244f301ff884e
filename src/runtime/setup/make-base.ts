import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GatewayError } from '../../errors.ts';
import type { Progress } from '../../model/ports.ts';
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
import { query, runStep } from './command.ts';
import type { Engine } from './find-engine.ts';
import type { AptSources } from './host.ts';
import { type HostSettings, readHostSettings } from './host-settings.ts';

export interface Maker {
  readonly engine: Engine;
  readonly apt: AptSources;
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

const WORK_PREFIX = 'hive-base-';
/** apt downloads as a user of its own. */
const OPEN_TO_APT = 0o755;
const STEP_TIMEOUT_MS = 15 * 60_000;
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Makes one image and tags it. The engine tags only what is whole, so an interruption leaves no half image. All temporary
 * files are in one work folder; the caller holds the lock, so work folders that are still there belong to nobody.
 */
export async function makeBase(base: BaseName, maker: Maker): Promise<void> {
  await dropLeftovers();
  const folder = await mkdtemp(join(tmpdir(), WORK_PREFIX));
  await chmod(folder, OPEN_TO_APT);
  try {
    if (base === 'debian') await makeDebian(folder, maker);
    if (base === 'node') await makeNode(folder, maker);
    if (base === 'python') await makePython(folder, maker);
    await tagAliases(base, maker, folder);
  } finally {
    await dropFolder(folder);
  }
}

async function dropLeftovers(): Promise<void> {
  const names = await readdir(tmpdir());
  for (const name of names) if (name.startsWith(WORK_PREFIX)) await dropFolder(join(tmpdir(), name));
}

/** Never follows a mount, whatever may have been left in there. */
async function dropFolder(folder: string): Promise<void> {
  await query(['rm', '-rf', '--one-file-system', '--', folder]);
}

async function makeDebian(folder: string, maker: Maker): Promise<void> {
  const settings = await readHostSettings();
  const tar = join(folder, 'root.tar');
  const bootstrap = ['mmdebstrap', ...(await mmdebstrapArgs(folder, settings, maker.apt, tar))];
  await step('debian', confined(bootstrap), maker, folder);
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', ...settings.env };
  const changes = [
    ...Object.entries(env).map(([name, value]) => `ENV ${name}=${value}`),
    `LABEL ${MADE_LABEL}=${BASE_TAGS.debian[0]}`,
    'CMD ["bash"]',
  ];
  const change = changes.flatMap((line) => ['--change', line]);
  await step('debian', ['docker', 'import', ...change, tar, tagOf('debian')], maker, folder);
}

/**
 * As root, mmdebstrap mounts /proc and /sys of this machine inside the work folder. In namespaces of its own these vanish
 * with it, and it dies with Hive however that dies, so that removing the folder can never reach into them.
 */
function confined(argv: readonly string[]): readonly string[] {
  if (process.getuid?.() !== 0) return argv;
  const unshare = ['unshare', '--mount', '--pid', '--mount-proc', '--fork', '--kill-child', '--'];
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...unshare, ...argv];
}

async function mmdebstrapArgs(
  folder: string,
  settings: HostSettings,
  apt: AptSources,
  tar: string,
): Promise<string[]> {
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

async function makeNode(folder: string, maker: Maker): Promise<void> {
  const binary = `node-linux-${process.arch}`;
  await unpack(`${binary}@${NODE_VERSION}`, join(folder, 'binary'), maker);
  await unpack(`npm@${NPM_VERSION}`, join(folder, 'npm'), maker);
  const context = join(folder, 'context');
  await mkdir(context);
  await rename(join(folder, 'binary/bin/node'), join(context, 'node'));
  await rename(join(folder, 'npm'), join(context, 'npm'));
  await build('node', context, NODE_DOCKERFILE, maker);
}

async function makePython(folder: string, maker: Maker): Promise<void> {
  const context = join(folder, 'context');
  await mkdir(context);
  await build('python', context, PYTHON_DOCKERFILE, maker);
}

/** Downloads a package from npm and unpacks it as `folder`; none of its scripts run. */
async function unpack(spec: string, folder: string, maker: Maker): Promise<void> {
  await mkdir(folder);
  const pack = ['npm', 'pack', '--silent', '--prefer-offline', '--pack-destination', folder, spec];
  await step('node', pack, maker, folder);
  const [archive = ''] = await readdir(folder);
  const omit = ['--exclude=package/docs', '--exclude=package/man', '--exclude=package/include'];
  const untar = ['tar', '-xzf', archive, '--strip-components=1', '--no-same-owner', ...omit];
  await step('node', untar, maker, folder);
  await rm(join(folder, archive));
}

async function build(base: BaseName, context: string, dockerfile: string, maker: Maker): Promise<void> {
  await writeFile(join(context, 'Dockerfile'), dockerfile);
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].filter((name) => process.env[name]);
  const args = proxies.flatMap((name) => ['--build-arg', name]);
  await step(
    base,
    ['docker', 'build', '--progress=plain', ...args, '--tag', tagOf(base), '.'],
    maker,
    context,
  );
}

async function tagAliases(base: BaseName, maker: Maker, folder: string): Promise<void> {
  for (const alias of BASE_TAGS[base].slice(1))
    await step(base, ['docker', 'tag', tagOf(base), alias], maker, folder);
}

function tagOf(base: BaseName): string {
  return BASE_TAGS[base][0] ?? base;
}

async function step(base: BaseName, argv: readonly string[], maker: Maker, folder: string): Promise<void> {
  const name = `Make ${tagOf(base)}`;
  const result = await runStep(argv, {
    timeoutMs: STEP_TIMEOUT_MS,
    env: { ...maker.engine.env, TMPDIR: folder },
    cwd: folder,
    signal: maker.signal,
    killSignal: 'SIGKILL',
    onLine: (line) => maker.progress({ name, state: 'running', detail: line.replace(/^(?:I: |#\d+ )/, '') }),
  });
  maker.signal?.throwIfAborted();
  if (result.ok) return;
  const message = `${tagOf(base)} could not be made (${argv[0]}):\n${result.tail.join('\n')}`;
  throw new GatewayError('BASE_IMAGE_MISSING', message, {
    hint: `mend that, or bring the image: docker pull ${tagOf(base)}`,
  });
}
