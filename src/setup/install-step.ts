/** One change to the machine, as a value: shown to people before it is made. */
export type InstallStep =
  | { readonly kind: 'write'; readonly sentence: string; readonly path: string; readonly content: string }
  | {
      readonly kind: 'run';
      readonly sentence: string;
      readonly argv: readonly string[];
      /** The steps after it decide: a package source of no concern to us may be broken. */
      readonly mayFail: boolean;
    }
  | { readonly kind: 'start'; readonly sentence: string; readonly how: 'systemd' | 'background' };

/** What would have to be done, or why Hive cannot do it and what people can. */
export type InstallPlan =
  | { readonly kind: 'steps'; readonly steps: readonly InstallStep[] }
  | { readonly kind: 'manual'; readonly reason: string; readonly fix: string };

const START_BY_HAND = 'setsid dockerd </dev/null >/var/log/dockerd.log 2>&1 &';

/** The step as someone would type it, as root. */
export function stepCommand(step: InstallStep): string {
  switch (step.kind) {
    case 'write':
      return `cat > ${step.path} <<'EOF'\n${step.content}EOF`;
    case 'run':
      return step.argv.map(quote).join(' ');
    case 'start':
      return step.how === 'systemd' ? 'systemctl enable --now docker' : START_BY_HAND;
  }
}

/** The whole plan for people: one numbered sentence a step. */
export function describeSteps(steps: readonly InstallStep[]): string {
  return steps.map((step, index) => `  ${index + 1}. ${step.sentence}`).join('\n');
}

/** A root shell's input that does all of it. */
export function stepsAsScript(steps: readonly InstallStep[]): string {
  return steps.map(stepCommand).join('\n');
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
