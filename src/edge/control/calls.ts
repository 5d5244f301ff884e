/** The calls that have ended, and those that end while a reader follows, as lines of JSON. */
import type { ServerResponse } from 'node:http';
import type { GatewayControl } from '../../model/operator.ts';
import { type CallFilter, isWanted } from '../../model/watch/call-record.ts';
import { openLines } from '../http/lines.ts';

/** The parser of queries gives a list for a name that stands more than once. */
export type Query = Readonly<Record<string, string | string[] | undefined>>;

export interface WantedCalls extends CallFilter {
  /** Empty: all. */
  readonly servers: readonly string[];
  readonly follow: boolean;
  /** Number of the newest calls to begin with; undefined: all that are kept. */
  readonly tail: number | undefined;
}

export function wantedCalls({ server = [], tool, outcome, follow, tail }: Query): WantedCalls {
  return {
    servers: [server].flat(),
    tool: [tool].flat()[0],
    outcome: [outcome].flat()[0] as CallFilter['outcome'],
    follow: follow === '1',
    tail: tail === undefined ? undefined : Number(tail),
  };
}

export function streamCalls(
  control: Pick<GatewayControl, 'calls' | 'onCall'>,
  response: ServerResponse,
  wanted: WantedCalls,
): void {
  const lines = openLines(response);
  for (const call of control.calls(wanted, wanted.tail)) lines.send(call);
  if (!wanted.follow) {
    lines.end();
    return;
  }
  const stop = control.onCall((call) => {
    if (isWanted(call, wanted)) lines.sendOrDrop(call);
  });
  response.on('close', stop);
}
