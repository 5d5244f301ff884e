import { eventually } from './tools.ts';

/** Resolves when that many calls wait for the server, as the gateway's metrics tell: from then on they are there. */
export function untilInFlight(url: string, serverName: string, count = 1): Promise<void> {
  const wanted = new RegExp(`^hive_calls_in_flight\\{server="${serverName}"\\} ${count}$`, 'm');
  return eventually(`${count} calls of ${serverName} are in flight`, async () =>
    wanted.test(await (await fetch(new URL('/metrics', url))).text()),
  );
}
