/** Describes this machine, as far as an installation depends on it. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { systemFile } from '../files/system-file.ts';
import { query } from './command.ts';

export interface Host {
  readonly platform: NodeJS.Platform;
  readonly distro: Distro | undefined;
  readonly root: boolean;
  readonly userName: string;
  /** systemd is pid 1, so services are started through it. */
  readonly systemd: boolean;
  /** Docker's own packages (docker-ce) are installed, so missing parts have Docker's names. */
  readonly dockerCe: boolean;
  readonly apt: AptSources | undefined;
}

export interface Distro {
  /** `ID` of os-release: debian, ubuntu, fedora. */
  readonly id: string;
  readonly name: string;
  readonly codename: string;
  /** Release of Ubuntu that a derivative (Mint, Pop!_OS) is based on, or Ubuntu's own. */
  readonly ubuntuCodename: string | undefined;
}

export interface AptSources {
  /** Mirrors that the machine gets Debian from; the public ones if it names none. */
  readonly mirror: string;
  readonly securityMirror: string;
  /** The keys of Debian trixie are installed. */
  readonly trixieKeys: boolean;
  /** Packages that an earlier run of Hive took from trixie. */
  readonly pinned: readonly string[];
}

const PUBLIC_MIRROR = 'http://deb.debian.org/debian';
const PUBLIC_SECURITY_MIRROR = 'http://deb.debian.org/debian-security';
/** Hive's own apt preferences: which packages come from trixie. */
export const PIN_FILE = '/etc/apt/preferences.d/hive-trixie';
const TRIXIE_KEY = '/usr/share/keyrings/debian-archive-trixie-automatic.gpg';

export async function readHost(): Promise<Host> {
  const osRelease = await systemFile('/etc/os-release');
  const distro = parseOsRelease(osRelease);
  const hasApt = existsSync('/usr/bin/apt-get');
  return {
    platform: process.platform,
    distro,
    root: process.getuid?.() === 0,
    userName: userInfo().username,
    systemd: existsSync('/run/systemd/system'),
    dockerCe: hasApt && (await isInstalled('docker-ce')),
    apt: hasApt && distro ? await readAptSources(distro) : undefined,
  };
}

/** Reads /etc/os-release; undefined if it names no distribution. */
export function parseOsRelease(text: string): Distro | undefined {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z_]+)=["']?(.*?)["']?$/.exec(line.trim());
    if (match?.[1]) fields.set(match[1], match[2] ?? '');
  }
  const id = fields.get('ID');
  if (!id) return undefined;
  return {
    id,
    name: fields.get('PRETTY_NAME') ?? id,
    codename: fields.get('VERSION_CODENAME') ?? '',
    ubuntuCodename: fields.get('UBUNTU_CODENAME'),
  };
}

async function isInstalled(debianPackage: string): Promise<boolean> {
  const found = await query(['dpkg-query', '-W', '-f', '${db:Status-Abbrev}', debianPackage]);
  return found.ok && found.stdout.startsWith('ii');
}

/** A question must leave nothing on the disk: apt writes caches of its lists otherwise. */
const NO_CACHE = ['-o', 'Dir::Cache::pkgcache=', '-o', 'Dir::Cache::srcpkgcache='];

async function readAptSources(distro: Distro): Promise<AptSources> {
  const format = '$(REPO_URI) $(CODENAME)';
  const targets = await query([
    'apt-get',
    ...NO_CACHE,
    'indextargets',
    '--format',
    format,
    'Created-By: Packages',
  ]);
  const isDebian = distro.id === 'debian';
  return {
    mirror: (isDebian && mirrorOf(targets.stdout, distro.codename)) || PUBLIC_MIRROR,
    securityMirror:
      (isDebian && mirrorOf(targets.stdout, `${distro.codename}-security`)) || PUBLIC_SECURITY_MIRROR,
    trixieKeys: existsSync(TRIXIE_KEY),
    pinned: parsePinned(await systemFile(PIN_FILE)),
  };
}

/**
 * First HTTP address of this release among lines `URI CODENAME`; undefined if all are local, as `cdrom:` is.
 */
export function mirrorOf(targets: string, codename: string): string | undefined {
  for (const line of targets.split('\n')) {
    const [uri, release] = line.split(' ');
    if (release === codename && uri && /^https?:/.test(uri)) return uri.replace(/\/$/, '');
  }
  return undefined;
}

/** Packages that Hive's own pin file names. */
export function parsePinned(pinFile: string): string[] {
  const named = /^Package: ([^*\n]+)$/m.exec(pinFile)?.[1];
  return named ? named.trim().split(/\s+/) : [];
}
