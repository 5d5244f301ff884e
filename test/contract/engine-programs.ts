/**
 * Programs that the engine contract runs: as shell commands in real containers, and as functions in the fake
 * engine.
 */
import type { FakeProgram } from '../helpers/fake-container.ts';

export interface Program {
  readonly command: readonly string[];
  readonly fake: FakeProgram;
}

const shell = (script: string, fake: FakeProgram): Program => ({ command: ['sh', '-c', script], fake });

export const PROGRAMS = {
  /** Writes to both streams and exits with 3. */
  print: shell('echo out; echo err >&2; exit 3', (process) => {
    process.stdout('out\n');
    process.stderr('err\n');
    process.exit(3);
  }),
  /** Repeats its input; exits with 0 when the input ends. */
  cat: shell('exec cat', (process) => {
    process.onInput((chunk) => process.stdout(chunk));
    process.onInputEnd(() => process.exit(0));
  }),
  /** Says that it has started, and runs until a signal. */
  sleep: shell('echo up; exec sleep 1000', (process) => process.stdout('up\n')),
  /** The same without regard to SIGTERM. */
  deaf: shell("trap '' TERM; echo up; while :; do sleep 1; done", (process) => {
    process.onSignal(() => {});
    process.stdout('up\n');
  }),
  /** Prints a variable, its folder and its user. */
  whoami: shell('echo "$MINE $(pwd) $(id -un)"', (process) => {
    process.stdout(`${process.env.MINE} ${process.workdir} ${process.user}\n`);
    process.exit(0);
  }),
  /** Ends the container that it runs in. */
  killer: shell('kill -TERM 1', (process) => {
    process.container.process.signal('SIGTERM');
    process.exit(0);
  }),
} satisfies Record<string, Program>;

export type ProgramName = keyof typeof PROGRAMS;

/** The fake program of a command. */
export function findProgram(command: readonly string[]): FakeProgram | undefined {
  return Object.values<Program>(PROGRAMS).find((it) => it.command.join(' ') === command.join(' '))?.fake;
}
