/** Rules that concern more than one key, or the world around the file, as a table: each finds, none decides. */

import type { Entry } from '../parse/parse.ts';
import { type Checked, teller } from './checked.ts';
import { checkFiles } from './files.ts';
import { REMOTE_CHECKS } from './remote.ts';
import { CONTAINER_CHECKS, CONTAINER_KEY_CHECKS, SERVER_CHECKS } from './server.ts';
import { checkClashes, checkHostPorts } from './stack.ts';

const STACK_CHECKS: readonly ((checked: Checked) => void | Promise<void>)[] = [
  checkHostPorts,
  checkClashes,
  checkFiles,
];

/** Runs every rule, however many fail; those that relate keys to each other need an entry that the schema accepts whole. */
export async function checkStack(checked: Checked): Promise<void> {
  for (const entry of checked.input.entries) checkServer(checked, entry);
  for (const check of STACK_CHECKS) await check(checked);
}

function checkServer({ input, report }: Checked, entry: Entry): void {
  const tell = teller(entry, report);
  const defaults = input.settings.defaults?.container ?? {};
  for (const check of SERVER_CHECKS) check(entry, tell);
  if (entry.kind === 'remote' && !entry.isPartial) for (const check of REMOTE_CHECKS) check(entry, tell);
  if (entry.kind !== 'container') return;
  for (const check of CONTAINER_KEY_CHECKS) check(entry, tell, defaults);
  if (!entry.isPartial) for (const check of CONTAINER_CHECKS) check(entry, tell, defaults);
}
