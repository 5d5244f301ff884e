/** What a person should know before a stack runs. */
import { renderWarnings } from '../../config/source/diagnostics.ts';
import type { Stack } from '../../model/stack.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { looseParent } from '../../runtime/memory/state-owner.ts';

/** One line each, empty if there is nothing to warn of. */
export function stackWarnings({ warnings }: Pick<Stack, 'warnings'>): string {
  return renderWarnings(warnings, process.cwd());
}

/** Undefined if nobody else could put another folder in the place of the state folder. */
export function stateWarning({ path }: Pick<StateDir, 'path'>): string | undefined {
  const why = looseParent(path);
  const fix = 'take the right to write from others, or set HIVE_STATE_DIR to a folder of your own';
  return why && `warning: ${why}\n  fix: ${fix}`;
}
