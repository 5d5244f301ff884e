/** The error for parts that are missing on this machine, with the commands that install them. */
import { type Code, GatewayError } from '../errors.ts';
import { noAnswerSentence } from './engine-address.ts';
import type { Gap } from './find-engine.ts';
import type { Host } from './host.ts';
import { planInstall } from './install-plan.ts';
import { stepsAsScript } from './install-step.ts';

const CODE_OF: Readonly<Record<Gap['part'], Code>> = {
  engine: 'ENGINE_MISSING',
  cli: 'ENGINE_MISSING',
  compose: 'COMPOSE_MISSING',
  buildx: 'BUILDX_MISSING',
};

/**
 * The error for these gaps. Its hint is a command: for root Hive's own installer, for other users the
 * commands themselves, since Hive never calls sudo.
 */
export function gapsError(gaps: readonly [Gap, ...Gap[]], host: Host): GatewayError {
  const message = gaps.map(gapSentence).join('; ');
  return new GatewayError(codeOf(gaps[0]), message, { hint: fixOf(gaps, host) });
}

function codeOf(gap: Gap): Code {
  return gap.part === 'engine' && gap.state !== 'absent' ? 'ENGINE_UNREACHABLE' : CODE_OF[gap.part];
}

function gapSentence(gap: Gap): string {
  switch (gap.part) {
    case 'cli':
      return 'the docker command is not installed';
    case 'compose':
      return gap.found
        ? `docker compose is ${gap.found}, and Hive needs 2 or newer`
        : 'docker compose (version 2 or newer) is not installed';
    case 'buildx':
      return 'docker buildx is not installed, and images are built with it';
    case 'engine':
      return engineSentence(gap);
  }
}

function engineSentence(gap: Extract<Gap, { part: 'engine' }>): string {
  switch (gap.state) {
    case 'absent':
      return 'no container engine is installed';
    case 'stopped':
      return 'Docker is installed but not running';
    case 'denied':
      return `this user may not open ${gap.address.url}`;
    case 'unfit':
      return gap.reason;
    case 'unreachable':
      return noAnswerSentence(gap.address, gap.reason);
  }
}

function fixOf(gaps: readonly Gap[], host: Host): string {
  const plan = planInstall(gaps, host);
  if (plan.kind === 'manual') return plan.fix;
  if (host.root) return 'npx hive up --yes';
  const join = gaps.some((gap) => gap.part === 'engine') ? `\nusermod -aG docker ${host.userName}` : '';
  return `sudo sh <<'END'\n${stepsAsScript(plan.steps)}${join}\nEND`;
}
