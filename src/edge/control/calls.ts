/** The calls that have ended, and those that end while a reader follows, as lines of JSON; captures. */
import type { ServerResponse } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { GatewayControl } from '../../model/operator.ts';
import { type CallFilter, type CallRecord, isWanted } from '../../model/watch/call-record.ts';
import type { ShownCall } from '../../model/watch/capture.ts';
import { openLines } from '../http/lines.ts';

/** The parser of queries gives a list for a name that stands more than once. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

export interface WantedCalls extends CallFilter {
  /** Empty: all. */
  readonly servers: readonly string[];
  readonly follow: boolean;
  /** Number of the newest calls to begin with; undefined: all that are kept. */
  readonly tail: number | undefined;
  /** With arguments and results, where they are kept. */
  readonly shows: boolean;
  /** Only the call of this number. */
  readonly seq: number | undefined;
}

export function wantedCalls(query: Query): WantedCalls {
  const { server = [], tool, outcome, follow, tail, show, seq } = query;
  return {
    servers: [server].flat(),
    tool: [tool].flat()[0],
    outcome: [outcome].flat()[0] as CallFilter['outcome'],
    follow: follow === '1',
    tail: tail === undefined ? undefined : Number(tail),
    shows: show === '1',
    seq: seq === undefined ? undefined : Number(seq),
  };
}

/** Each text is cleaned when it is sent; other requests have their turn between the calls. */
export async function streamCalls(
  control: Pick<GatewayControl, 'calls' | 'onCall' | 'capture'>,
  response: ServerResponse,
  wanted: WantedCalls,
): Promise<void> {
  const lines = openLines(response);
  const withTexts = (call: CallRecord): ShownCall =>
    wanted.shows ? { ...call, ...control.capture.of(call.seq) } : call;
  const isMeant = (call: CallRecord): boolean =>
    isWanted(call, wanted) && (wanted.seq === undefined || wanted.seq === call.seq);
  const later: CallRecord[] = [];
  let send = (call: CallRecord): void => void later.push(call);
  if (wanted.follow)
    response.on(
      'close',
      control.onCall((call) => isMeant(call) && send(call)),
    );
  for (const call of keptCalls(control, wanted)) {
    lines.send(withTexts(call));
    if (wanted.shows) await nextTurn();
  }
  if (!wanted.follow) {
    lines.end();
    return;
  }
  send = (call) => lines.sendOrDrop(withTexts(call));
  for (const call of later) send(call);
}

function keptCalls(control: Pick<GatewayControl, 'calls'>, wanted: WantedCalls): readonly CallRecord[] {
  if (wanted.seq === undefined) return control.calls(wanted, wanted.tail);
  return control.calls(wanted).filter(({ seq }) => seq === wanted.seq);
}
