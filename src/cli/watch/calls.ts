/** `hive calls`: prints requests to servers, one a line, and what they held while a capture runs. */
import { GatewayError } from '../../errors.ts';
import { type CallFilter, OUTCOMES } from '../../model/watch/call-record.ts';
import type { CaptureState, ShownCall } from '../../model/watch/capture.ts';
import type { ControlClient } from '../stack/control-client.ts';
import { controlOf, gatewayEnded } from '../stack/control-of.ts';
import type { ConfigOption } from '../stack/stack-file.ts';
import { typedFor } from '../stack/typing.ts';
import { type Painted, print, printError, printJson } from '../terminal/print.ts';
import { CallLines } from './call-lines.ts';
import { capture, captureLines, captureRequest } from './capture.ts';
import { shownCall } from './shown-call.ts';

export interface CallsOptions extends ConfigOption {
  readonly follow?: boolean;
  /** A number, or `all`, as it was typed. */
  readonly tail?: string;
  readonly tool?: string;
  readonly outcome?: string;
  /** True for all calls, or the number of one, as it was typed. */
  readonly show?: string | true;
  /** A duration, as it was typed. */
  readonly for?: string;
  readonly json?: boolean;
}

const DEFAULT_TAIL = 50;

interface Wanted extends CallFilter {
  readonly follow: boolean;
  readonly tail: number | undefined;
  readonly show: boolean;
  readonly seq: number | undefined;
}

/**
 * @param words servers, none for all; or `capture on`, `capture off`
 * @throws GatewayError USAGE, SERVER_UNKNOWN, NOT_RUNNING
 */
export async function calls(words: readonly string[], options: CallsOptions): Promise<void> {
  const request = captureRequest(words);
  const wanted = readWanted(words, options);
  const control = await controlOf(options);
  try {
    if (request) await capture(control, request, options);
    else await printCalls(control, wanted, options);
    if (!request && wanted.follow) throw gatewayEnded();
  } finally {
    await control.close();
  }
}

async function printCalls(control: ControlClient, wanted: Wanted, options: CallsOptions): Promise<void> {
  const running = await control.capture();
  if (wanted.show && !running) throw notCapturing();
  const found = control.calls(wanted, wanted);
  if (options.json) {
    for await (const call of found) printJson(call);
    return;
  }
  if (running) printError(captureLines(running, typedFor(options.config)));
  if (wanted.follow) await printEach(found, wanted.show);
  else await printAll(found, wanted, running);
}

const notCapturing = (): GatewayError =>
  new GatewayError('USAGE', 'arguments and results are kept only while a capture runs, and none does', {
    hint: 'npx hive calls capture on --for 10m, then make the call again',
  });

async function printEach(found: AsyncIterable<ShownCall>, isShown: boolean): Promise<void> {
  const lines = new CallLines([], Date.now);
  print(lines.head);
  for await (const call of found) print(rendered(call, lines, isShown));
}

async function printAll(
  found: AsyncIterable<ShownCall>,
  { seq, show }: Wanted,
  running: CaptureState | undefined,
): Promise<void> {
  const all: ShownCall[] = [];
  for await (const call of found) all.push(call);
  const lines = new CallLines(all, Date.now);
  if (all.length > 0) print(lines.head);
  else if (seq !== undefined) throw noSuchCall(seq);
  else print('no such call since the gateway started');
  const isAlone = seq !== undefined && running && all.every(({ reply }) => reply === undefined);
  if (isAlone) throw notKept(seq);
  for (const call of all) print(rendered(call, lines, show));
}

const rendered = (call: ShownCall, lines: CallLines, isShown: boolean): Painted =>
  isShown ? shownCall(call, lines.line(call)) : lines.line(call);

const noSuchCall = (seq: number): GatewayError =>
  new GatewayError('USAGE', `there is no call ${seq} among those that are kept`, { hint: 'npx hive calls' });

const notKept = (seq: number): GatewayError =>
  new GatewayError(
    'USAGE',
    `nothing is kept of call ${seq}: it ended before the capture, went to another server, or was dropped`,
    { hint: 'make the call again, then npx hive calls --show' },
  );

/** @throws GatewayError USAGE */
function readWanted(servers: readonly string[], options: CallsOptions): Wanted {
  const { follow = false, tool, show } = options;
  return {
    ...{ servers, tool, follow, show: show !== undefined },
    outcome: readOutcome(options.outcome),
    tail: readTail(options.tail),
    seq: typeof show === 'string' ? readId(show) : undefined,
  };
}

/** @throws GatewayError USAGE */
function readId(id: string): number {
  if (/^#?\d{1,15}$/.test(id)) return Number(id.replace('#', ''));
  const hint = `npx hive calls has the numbers; for a server: npx hive calls ${id} --show`;
  throw new GatewayError('USAGE', `not the number of a call: ${id}`, { hint });
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
