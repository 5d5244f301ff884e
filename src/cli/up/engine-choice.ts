/** Which container engine `hive up` uses. */
import { type GatewayError, renderError, toGatewayError } from '../../errors.ts';
import type { Progress } from '../../model/progress.ts';
import { ensureEngine } from '../../setup/ensure-engine.ts';
import { type FoundEngine, findEngine } from '../../setup/find-engine.ts';
import { gapsError } from '../../setup/gap-errors.ts';
import { readHost } from '../../setup/host.ts';
import { describeSteps, type InstallStep } from '../../setup/install-step.ts';
import { type Typed, typedError } from '../stack/typing.ts';
import { print, printError } from '../terminal/print.ts';

export type EngineChoice = { readonly engine: FoundEngine } | { readonly missing: GatewayError };

/**
 * Finds the engine, or installs one with the user's consent: `--yes`, or an answer on a terminal. Without
 * consent the machine is not changed, and `missing` says what would fix it.
 */
export async function chooseEngine(yes: boolean): Promise<EngineChoice> {
  try {
    return {
      engine: await ensureEngine({ progress: createProgress(), mayChange: (steps) => mayChange(steps, yes) }),
    };
  } catch (error) {
    return { missing: toGatewayError(error) };
  }
}

/**
 * The engine that is present, if any. No server needs it yet, but an edit may, or a labelled container of
 * others.
 */
export async function presentEngine(): Promise<EngineChoice> {
  const found = await findEngine();
  return found.kind === 'ready'
    ? { engine: found.engine }
    : { missing: gapsError(found.gaps, await readHost()) };
}

async function mayChange(steps: readonly InstallStep[], yes: boolean): Promise<boolean> {
  print(`There is no usable container engine. Hive would change this machine:\n${describeSteps(steps)}`);
  if (yes) return true;
  if (!process.stdin.isTTY) {
    print('Not done without --yes.');
    return false;
  }
  // Most starts ask nothing, and need not load this.
  const { confirm } = await import('@inquirer/prompts');
  return confirm({ message: 'Do this now?', default: true });
}

/** Prints why container servers will be missing. */
export function explainMissing(missing: GatewayError, typed: Typed): void {
  printError(`${renderError(typedError(missing, typed))}\ncontinuing with the servers that need no engine`);
}

/** Prints long steps of the set-up: a line at the start, at each tenth, and at the end. */
export function createProgress(): Progress {
  const tenths = new Map<string, number>();
  return ({ name, state, detail, percent }) => {
    const tenth = percent === undefined ? -1 : Math.floor(percent / 10);
    if (state === 'running' && tenths.get(name) === tenth) return;
    tenths.set(name, tenth);
    const figure = percent === undefined ? '' : `${percent} %`;
    print(`${name}: ${[state, figure, detail ?? ''].filter(Boolean).join(' ')}`);
  };
}
