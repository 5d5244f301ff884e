import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { query } from './command.ts';

/** What the machine is, as far as installing an engine on it depends on it. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly distro: Distro | undefined;
  readonly root: boolean;
  readonly userName: string;
  /** systemd is pid 1, so services are started through it. */
  readonly systemd: boolean;
  /** Docker's own packages (docker-ce) are there, so missing parts have Docker's names for them. */
  readonly dockerCe: boolean;
  readonly apt: AptSources | undefined;
}

export interface Distro {
  /** `ID` of os-release: debian, ubuntu, fedora. */
  readonly id: string;
  readonly name: string;
  readonly codename: string;
  /** The release of Ubuntu below a derivative of it (Mint, Pop!_OS), or its own. */
  readonly ubuntuCodename: string | undefined;
}

export interface AptSources {
  /** Where the machine gets Debian from; empty mirrors mean the public ones. */
  readonly mirror: string;
  readonly securityMirror: string;
  /** The keys of Debian trixie are there already. */
  readonly trixieKeys: boolean;
  /** Packages that Hive takes from trixie since an earlier run. */
  readonly pinned: readonly string[];
}

const PUBLIC_MIRROR = 'http://deb.debian.org/debian';
const PUBLIC_SECURITY_MIRROR = 'http://deb.debian.org/debian-security';
/** Hive's own apt preferences: which packages come from trixie. */
export const PIN_FILE = '/etc/apt/preferences.d/hive-trixie';
const TRIXIE_KEY = '/usr/share/keyrings/debian-archive-trixie-automatic.gpg';

export async function readHost(): Promise<Host> {
  const osRelease = await readFile('/etc/os-release', 'utf8').catch(() => '');
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

/** The fields of /etc/os-release that matter here; undefined when it names no distribution. */
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

async function readAptSources(distro: Distro): Promise<AptSources> {
  const format = '$(REPO_URI) $(CODENAME)';
  const targets = await query(['apt-get', 'indextargets', '--format', format, 'Created-By: Packages']);
  const isDebian = distro.id === 'debian';
  return {
    mirror: (isDebian && mirrorOf(targets.stdout, distro.codename)) || PUBLIC_MIRROR,
    securityMirror:
      (isDebian && mirrorOf(targets.stdout, `${distro.codename}-security`)) || PUBLIC_SECURITY_MIRROR,
    trixieKeys: existsSync(TRIXIE_KEY),
    pinned: parsePinned(await readFile(PIN_FILE, 'utf8').catch(() => '')),
  };
}

/** The first address that serves this release, out of lines `URI CODENAME`; none for local ones like `cdrom:`. */
export function mirrorOf(targets: string, codename: string): string | undefined {
  for (const line of targets.split('\n')) {
    const [uri, release] = line.split(' ');
    if (release === codename && uri && /^https?:/.test(uri)) return uri.replace(/\/$/, '');
  }
  return undefined;
}

/** The packages named in Hive's own pin file. */
export function parsePinned(pinFile: string): string[] {
  const named = /^Package: ([^*\n]+)$/m.exec(pinFile)?.[1];
  return named ? named.trim().split(/\s+/) : [];
}
