/** Plans what must be installed and started. Pure. */
import { aptSteps, type PackagedPart, packageNames } from './apt-packages.ts';
import { noAnswerSentence } from './engine-address.ts';
import type { Gap } from './find-engine.ts';
import type { Host } from './host.ts';
import type { InstallPlan, InstallStep } from './install-step.ts';

const DOCKER_MANUAL = 'https://docs.docker.com/engine/install/';

/**
 * Steps that close these gaps on this machine: install only the missing parts, from the distribution's
 * packages, then start the daemon.
 * @param extraPackages other packages to install in the same run
 */
export function planInstall(
  gaps: readonly Gap[],
  host: Host,
  extraPackages: readonly string[] = [],
): InstallPlan {
  const manual = gaps.map((gap) => whyManual(gap)).find((plan) => plan !== undefined);
  if (manual) return manual;
  const parts = new Set(gaps.filter((gap) => !isStopped(gap)).map((gap): PackagedPart => gap.part));
  const steps: InstallStep[] = [];
  if (parts.size > 0 || extraPackages.length > 0) {
    const names = packageNames(host);
    if (!names) return unknownPackages(host, parts);
    const pinned = [...new Set([...parts].map((part) => names[part]))];
    steps.push(...aptSteps(host, [...pinned, ...extraPackages], pinned));
  }
  if (gaps.some((gap) => gap.part === 'engine')) steps.push(startStep(host));
  return { kind: 'steps', steps };
}

function isStopped(gap: Gap): boolean {
  return gap.part === 'engine' && gap.state === 'stopped';
}

function startStep(host: Host): InstallStep {
  return host.systemd
    ? { kind: 'start', how: 'systemd', sentence: 'Start the docker service, now and at every boot' }
    : {
        kind: 'start',
        how: 'background',
        sentence: 'Start dockerd in the background, logging to /var/log/dockerd.log',
      };
}

function whyManual(gap: Gap): InstallPlan | undefined {
  if (gap.part !== 'engine') return undefined;
  if (gap.state === 'unfit') return { kind: 'manual', reason: gap.reason, fix: gap.fix };
  if (gap.state === 'denied') {
    return {
      kind: 'manual',
      reason: `this user may not open ${gap.address.url}`,
      fix: gap.address.url.includes('podman')
        ? 'systemctl --user enable --now podman.socket (a Podman of your own)'
        : 'sudo usermod -aG docker "$USER", then log in again',
    };
  }
  if (gap.state === 'unreachable') {
    return {
      kind: 'manual',
      reason: noAnswerSentence(gap.address, gap.reason),
      fix: gap.address.fix ?? 'start that engine',
    };
  }
  return undefined;
}

function unknownPackages(host: Host, parts: ReadonlySet<PackagedPart>): InstallPlan {
  if (host.platform === 'darwin') {
    return {
      kind: 'manual',
      reason: 'Hive does not install an engine on macOS',
      fix: 'brew install colima docker docker-compose docker-buildx && colima start',
    };
  }
  const wanted = [...parts]
    .map((part) => (part === 'compose' ? 'compose (version 2 or newer)' : part))
    .join(', ');
  return {
    kind: 'manual',
    reason: `Hive does not know how ${host.distro?.name ?? host.platform} packages Docker's ${wanted}`,
    fix: `install Docker with its compose and buildx plugins: ${DOCKER_MANUAL}`,
  };
}
