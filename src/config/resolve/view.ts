/** Resolves what clients see of a server, and how long they wait for it. */
import { defined } from '../../model/collections/defined.ts';
import {
  DEFAULT_MAX_IN_FLIGHT,
  DEFAULT_TIMEOUTS_MS,
  type ServerView,
  type Timeouts,
} from '../../model/desired.ts';
import { type Entry, prefixOf } from '../parse/parse.ts';
import { durationMs } from '../parse/units.ts';
import type { SettingsInput } from '../schema/stack.ts';
import type { ViewInput } from '../schema/view.ts';

export type StackDefaults = NonNullable<SettingsInput['defaults']>;

export function resolveView(entry: Entry, defaults: StackDefaults): ServerView {
  const { tools = {}, timeouts = {}, maxInFlight, isolation, start }: ViewInput = entry.input;
  return {
    prefix: prefixOf(entry),
    tools: defined({
      allow: tools.allow,
      deny: tools.deny,
      readOnly: (tools.readOnly ?? defaults.tools?.readOnly) || undefined,
      rename: tools.rename ?? {},
    }),
    timeouts: resolveTimeouts({ ...defaults.timeouts, ...defined(timeouts) }),
    maxInFlight: maxInFlight ?? DEFAULT_MAX_IN_FLIGHT,
    isolation: isolation ?? 'shared',
    start: start ?? 'eager',
    ...('role' in entry.input && entry.input.role !== undefined ? { role: entry.input.role } : {}),
  };
}

type TimeoutsInput = NonNullable<ViewInput['timeouts']>;

function resolveTimeouts(input: TimeoutsInput): Timeouts {
  const time = (key: keyof Timeouts): number => {
    const value = input[key];
    return value === undefined ? DEFAULT_TIMEOUTS_MS[key] : durationMs(value);
  };
  const call = time('call');
  // An entry that allows a call two hours without progress allows it two hours in all.
  const callMax = input.callMax === undefined ? Math.max(time('callMax'), call) : time('callMax');
  return {
    start: time('start'),
    call,
    callMax,
    drain: time('drain'),
    health: time('health'),
    idle: time('idle'),
  };
}
