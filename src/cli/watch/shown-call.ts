/** A call with what it sent and received, as lines. */
import type { ShownCall } from '../../model/watch/capture.ts';
import { joined, lines, type Painted, type Printable, paint } from '../terminal/print.ts';
import { bytesText } from './figures.ts';

/** @param line the line of the call in the list */
export function shownCall(call: ShownCall, line: Painted): Painted {
  const { request, reply, requestLeftOut = 0, replyLeftOut = 0 } = call;
  if (request === undefined || reply === undefined) return lines([line, '  nothing is kept of this call']);
  const kind = call.outcome === 'ok' || call.outcome === 'tool_error' ? 'result' : 'error';
  return lines([line, ...part('request', request, requestLeftOut), ...part(kind, reply, replyLeftOut), '']);
}

function part(name: string, text: string, leftOut: number): Printable[] {
  const shown = text === '' ? 'none' : pretty(text);
  const rest = leftOut > 0 ? [`    (${bytesText(leftOut)} more were not kept)`] : [];
  return [joined('  ', paint('bold', name)), ...shown.split('\n').map((line) => `    ${line}`), ...rest];
}

/** As it came if it is no JSON, since it was cut off. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
