/**
 * Rules that concern several keys, or files beside the config: a table of functions, each of which only
 * reports.
 */
import type { Entry } from '../parse/parse.ts';
import { type Checked, flagIn } from './checked.ts';
import { CONTAINER_CHECKS, CONTAINER_KEY_CHECKS } from './container.ts';
import { REMOTE_CHECKS } from './remote.ts';
import { SERVER_CHECKS } from './server.ts';
import { checkClashes, checkExposure, checkHostPorts, checkTokens } from './stack.ts';
import { checkViews } from './views.ts';

const STACK_CHECKS: readonly ((checked: Checked) => void)[] = [
  checkExposure,
  checkTokens,
  checkHostPorts,
  checkClashes,
  checkViews,
];

/**
 * Applies every rule, however many of them find a problem. Rules between keys need an entry that the schema
 * accepted as a whole.
 */
export function checkStack(checked: Checked): void {
  for (const entry of checked.input.entries) checkServer(checked, entry);
  for (const check of STACK_CHECKS) check(checked);
}

function checkServer({ input, report }: Checked, entry: Entry): void {
  const flag = flagIn(entry, report);
  for (const check of SERVER_CHECKS) check(entry, flag);
  if (entry.kind === 'remote' && !entry.isPartial) for (const check of REMOTE_CHECKS) check(entry, flag);
  if (entry.kind !== 'container') return;
  const defaults = input.settings.defaults?.container ?? {};
  for (const check of CONTAINER_KEY_CHECKS) check(entry, flag);
  if (!entry.isPartial) for (const check of CONTAINER_CHECKS) check(entry, flag, defaults);
}
