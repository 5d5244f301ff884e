/** `hive calls capture on|off`: keeps arguments and results of calls for a while. */
import { durationMs, isDuration } from '../../config/parse/units.ts';
import { GatewayError } from '../../errors.ts';
import type { CaptureState } from '../../model/watch/capture.ts';
import type { ControlClient } from '../stack/control-client.ts';
import { describeCapture } from '../stack/describe-server.ts';
import { type Typed, typedFor } from '../stack/typing.ts';
import { print } from '../terminal/print.ts';
import { bytesText } from './figures.ts';

const DEFAULT_TIME = '10m';

export interface CaptureRequest {
  readonly isOn: boolean;
  /** Empty: all. */
  readonly servers: readonly string[];
}

/** Undefined for words that are names of servers. @throws GatewayError USAGE */
export function captureRequest(words: readonly string[]): CaptureRequest | undefined {
  const [first, verb, ...servers] = words;
  if (first !== 'capture') return undefined;
  if (verb === 'on') return { isOn: true, servers };
  if (verb === 'off' && servers.length === 0) return { isOn: false, servers };
  const hint = 'npx hive calls capture on [SERVER…], or npx hive calls capture off';
  throw new GatewayError('USAGE', 'capture is followed by on or off', { hint });
}

/** @throws GatewayError USAGE, SERVER_UNKNOWN */
export async function capture(
  control: Pick<ControlClient, 'startCapture' | 'stopCapture'>,
  { isOn, servers }: CaptureRequest,
  options: { readonly for?: string | undefined; readonly config?: string },
): Promise<void> {
  if (isOn) {
    const state = await control.startCapture(servers, readTime(options.for ?? DEFAULT_TIME));
    print(captureLines(state, typedFor(options.config)));
    return;
  }
  const ended = await control.stopCapture();
  print(ended ? `capture ended: ${keptText(ended)} forgotten` : 'no capture runs');
}

/** What a running capture keeps, and how to see or end it. */
export function captureLines(state: CaptureState, typed: Typed): string {
  const commands = typed('show them: npx hive calls --show, end it: npx hive calls capture off');
  return `${describeCapture(state)} (${keptText(state)})\n  ${commands}`;
}

const keptText = ({ calls, bytes }: CaptureState): string =>
  `${calls} ${calls === 1 ? 'call' : 'calls'}, ${bytesText(bytes)}`;

/** @throws GatewayError USAGE */
function readTime(time: string): number {
  if (isDuration(time)) return durationMs(time);
  throw new GatewayError('USAGE', `not a time: ${time}`, { hint: 'write --for 10m' });
}
