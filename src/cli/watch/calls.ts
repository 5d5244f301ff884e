/** `hive calls`: prints requests to servers, one a line. */
import { GatewayError } from '../../errors.ts';
import { type CallFilter, type CallRecord, OUTCOMES } from '../../model/watch/call-record.ts';
import { controlOf } from '../stack/control-of.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { print, printJson } from '../terminal/print.ts';
import { CallLines } from './call-lines.ts';

export interface CallsOptions extends ConfigOption {
  readonly follow?: boolean;
  /** A number, or `all`, as it was typed. */
  readonly tail?: string;
  readonly tool?: string;
  readonly outcome?: string;
  readonly json?: boolean;
}

const DEFAULT_TAIL = 50;

/** @param servers empty: all @throws GatewayError USAGE, SERVER_UNKNOWN, NOT_RUNNING */
export async function calls(servers: readonly string[], options: CallsOptions): Promise<void> {
  const filter = { servers, tool: options.tool, outcome: readOutcome(options.outcome) };
  const tail = readTail(options.tail);
  const control = await controlOf(options);
  try {
    const found = control.calls(filter, { tail, follow: options.follow === true });
    if (options.json) for await (const call of found) printJson(call);
    else if (options.follow) await printEach(found);
    else await printAll(found);
  } finally {
    await control.close();
  }
}

async function printEach(found: AsyncIterable<CallRecord>): Promise<void> {
  const lines = new CallLines([], Date.now);
  print(lines.head);
  for await (const call of found) print(lines.line(call));
}

async function printAll(found: AsyncIterable<CallRecord>): Promise<void> {
  const all: CallRecord[] = [];
  for await (const call of found) all.push(call);
  const lines = new CallLines(all, Date.now);
  if (all.length > 0) print(lines.head);
  else print('no such call since the gateway started');
  for (const call of all) print(lines.line(call));
}

/** @throws GatewayError USAGE */
function readTail(tail: string | undefined): number | undefined {
  if (tail === 'all') return undefined;
  if (tail === undefined) return DEFAULT_TAIL;
  if (/^\d{1,9}$/.test(tail)) return Number(tail);
  throw new GatewayError('USAGE', `not a number of calls: ${tail}`, { hint: 'write -n 100, or -n all' });
}

const WORDS = [...OUTCOMES, 'failed'] as const;

/** @throws GatewayError USAGE */
function readOutcome(outcome: string | undefined): CallFilter['outcome'] {
  const found = WORDS.find((word) => word === outcome);
  if (outcome === undefined || found) return found;
  throw new GatewayError('USAGE', `no outcome of a call: ${outcome}`, { hint: `one of ${WORDS.join(', ')}` });
}
