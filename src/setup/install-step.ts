/** Steps of an installation, as values and as text. */
import { shellWord } from '../model/text/commands.ts';

/** One change to the machine. People see it before it is made. */
export type InstallStep =
  | { readonly kind: 'write'; readonly sentence: string; readonly path: string; readonly content: string }
  | {
      readonly kind: 'run';
      readonly sentence: string;
      readonly argv: readonly string[];
      /** A failure does not end the installation: a package source that is not needed may be broken. */
      readonly mayFail: boolean;
    }
  | { readonly kind: 'start'; readonly sentence: string; readonly how: 'systemd' | 'background' };

/** The steps to take, or why Hive cannot take them and what people can do. */
export type InstallPlan =
  | { readonly kind: 'steps'; readonly steps: readonly InstallStep[] }
  | { readonly kind: 'manual'; readonly reason: string; readonly fix: string };

const START_BY_HAND = 'setsid dockerd </dev/null >/var/log/dockerd.log 2>&1 &';

/** The step as a command for a root shell. */
export function stepCommand(step: InstallStep): string {
  switch (step.kind) {
    case 'write':
      return `cat > ${step.path} <<'EOF'\n${step.content}EOF`;
    case 'run':
      return step.argv.map(shellWord).join(' ');
    case 'start':
      return step.how === 'systemd' ? 'systemctl enable --now docker' : START_BY_HAND;
  }
}

/** The steps for people: one numbered sentence each. */
export function describeSteps(steps: readonly InstallStep[]): string {
  return steps.map((step, index) => `  ${index + 1}. ${step.sentence}`).join('\n');
}

/** All steps as a script for a root shell. */
export function stepsAsScript(steps: readonly InstallStep[]): string {
  return steps.map(stepCommand).join('\n');
}
