/** Rules that concern more than one key, or the world around the file, as a table: each finds, none decides. */

import { type Checked, type Tell, teller } from './checked.ts';
import { checkFiles } from './checks-files.ts';
import { CONTAINER_CHECKS, checkCommands, checkReferences, checkRenames } from './checks-server.ts';
import { checkClashes, checkHostPorts } from './checks-stack.ts';
import type { Entry } from './parse.ts';

const SERVER_CHECKS: readonly ((entry: Entry, tell: Tell) => void)[] = [
  checkReferences,
  checkCommands,
  checkRenames,
  (entry, tell) => {
    if (entry.kind === 'container') for (const check of CONTAINER_CHECKS) check(entry, tell);
  },
];

const STACK_CHECKS: readonly ((checked: Checked) => void | Promise<void>)[] = [
  checkHostPorts,
  checkClashes,
  checkFiles,
];

/** Runs every rule, however many fail. */
export async function checkStack(checked: Checked): Promise<void> {
  for (const entry of checked.input.entries)
    for (const check of SERVER_CHECKS) check(entry, teller(entry, checked.report));
  for (const check of STACK_CHECKS) await check(checked);
}
