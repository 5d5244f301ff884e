/** Package names of Docker's parts and of the tools that make base images, and the apt steps for them. */
import { type AptSources, type Host, PIN_FILE } from './host.ts';
import type { InstallStep } from './install-step.ts';

export type PackagedPart = 'engine' | 'cli' | 'compose' | 'buildx';
type PackageNames = Readonly<Record<PackagedPart, string>>;

const DEBIAN: PackageNames = {
  engine: 'docker.io',
  cli: 'docker-cli',
  compose: 'docker-compose',
  buildx: 'docker-buildx',
};
const UBUNTU: PackageNames = { ...DEBIAN, cli: 'docker.io', compose: 'docker-compose-v2' };
const DOCKER_CE: PackageNames = {
  engine: 'docker-ce',
  cli: 'docker-ce-cli',
  compose: 'docker-compose-plugin',
  buildx: 'docker-buildx-plugin',
};
/** Releases of Debian whose packages or libc are too old for Compose v2. */
const TOO_OLD = new Set(['stretch', 'buster', 'bullseye']);

/** Package names of Docker's parts on this machine; undefined if Hive does not know its packages. */
export function packageNames(host: Host): PackageNames | undefined {
  if (!host.apt || !host.distro) return undefined;
  if (host.dockerCe) return DOCKER_CE;
  if (host.distro.id === 'debian') return TOO_OLD.has(host.distro.codename) ? undefined : DEBIAN;
  if (host.distro.id === 'ubuntu' || host.distro.ubuntuCodename) return UBUNTU;
  return undefined;
}

/**
 * Packages of the tools that make base images; none if apt cannot install them. A plain user also needs a
 * user namespace.
 */
export function bootstrapPackages(host: Host): readonly string[] {
  if (!packageNames(host)) return [];
  return ['mmdebstrap', 'debian-archive-keyring', ...(host.root ? [] : ['uidmap'])];
}

/**
 * Steps that install these packages with apt: no recommended packages, no upgrades. Bookworm has no Compose
 * v2, so exactly the `pinned` packages come from trixie there; everything else in trixie keeps the lowest
 * priority.
 */
export function aptSteps(host: Host, packages: readonly string[], pinned: readonly string[]): InstallStep[] {
  const { apt } = host;
  const isBookworm = host.distro?.id === 'debian' && host.distro.codename === 'bookworm';
  const fromTrixie = isBookworm && !host.dockerCe ? pinned : [];
  const steps: InstallStep[] = [];
  if (apt && fromTrixie.length > 0) steps.push(...trixieSteps(apt, fromTrixie));
  steps.push(refreshLists());
  steps.push({
    kind: 'run',
    sentence: `Install ${packages.join(', ')}`,
    argv: ['apt-get', ...APT_OPTIONS, 'install', '-y', '--no-install-recommends', ...packages],
    mayFail: false,
  });
  return steps;
}

/** Waits for another apt, since a fresh machine updates itself at its first start. */
const APT_OPTIONS = ['-q', '-o', 'DPkg::Lock::Timeout=300'];

function refreshLists(): InstallStep {
  return {
    kind: 'run',
    sentence: 'Refresh the package lists',
    argv: ['apt-get', ...APT_OPTIONS, 'update'],
    mayFail: true,
  };
}

function trixieSteps(apt: AptSources, wanted: readonly string[]): InstallStep[] {
  const pinned = [...new Set([...apt.pinned, ...wanted])].sort();
  const steps: InstallStep[] = [];
  if (!apt.trixieKeys) {
    steps.push(refreshLists(), {
      kind: 'run',
      sentence: 'Update debian-archive-keyring, which has the keys of Debian 13 (trixie)',
      argv: ['apt-get', ...APT_OPTIONS, 'install', '-y', 'debian-archive-keyring'],
      mayFail: false,
    });
  }
  steps.push({
    kind: 'write',
    sentence: `Give Debian 13 (trixie) the lowest priority, except for ${pinned.join(', ')}`,
    path: PIN_FILE,
    content: trixiePins(pinned),
  });
  steps.push({
    kind: 'write',
    sentence: `Add Debian 13 (trixie) from ${apt.mirror} as a package source`,
    path: '/etc/apt/sources.list.d/hive-trixie.sources',
    content: trixieSources(apt),
  });
  return steps;
}

function trixieSources(apt: AptSources): string {
  return [trixieSource(apt.mirror, 'trixie'), trixieSource(apt.securityMirror, 'trixie-security')].join('\n');
}

function trixieSource(mirror: string, suite: string): string {
  return `Types: deb
URIs: ${mirror}
Suites: ${suite}
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
`;
}

function trixiePins(pinned: readonly string[]): string {
  const pins = ['trixie', 'trixie-security'].flatMap((codename) => [
    pin('*', codename, 50),
    pin(pinned.join(' '), codename, 600),
  ]);
  const note = 'Explanation: written by Hive; delete it together with sources.list.d/hive-trixie.sources';
  return `${note}\n${pins.join('\n')}`;
}

function pin(packages: string, codename: string, priority: number): string {
  return `Package: ${packages}\nPin: release n=${codename}\nPin-Priority: ${priority}\n`;
}
