/** Waits for calls to arrive at a server. */
import { eventually } from './tools.ts';

/** Resolves when the gateway's metrics show this number of calls in flight to the server, so they have arrived there. */
export function untilInFlight(url: string, serverName: string, count = 1): Promise<void> {
  const wanted = new RegExp(`^hive_calls_in_flight\\{server="${serverName}"\\} ${count}$`, 'm');
  return eventually(`${count} calls of ${serverName} are in flight`, async () =>
    wanted.test(await (await fetch(new URL('/metrics', url))).text()),
  );
}
