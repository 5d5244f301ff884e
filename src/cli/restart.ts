/** `hive restart`: restarts one server, and reports how it went. */

import { isUp } from '../model/status.ts';
import { controlOf } from './stack/control-of.ts';
import { describeServer } from './stack/describe-server.ts';
import { missingServer } from './stack/missing-server.ts';
import type { ConfigOption } from './stack/stack-file.ts';
import { print } from './terminal/print.ts';

const PASSING_STATES = new Set(['pending', 'starting', 'draining']);

/**
 * @returns the exit code: 0 when the server is ready, or idle if it is lazy; 1 when it has failed
 * @throws GatewayError USAGE with the names of all servers if none was named
 */
export async function restart(serverName: string | undefined, options: ConfigOption): Promise<number> {
  const control = await controlOf(options);
  try {
    if (serverName === undefined) {
      const { servers } = await control.status();
      throw missingServer(
        'restart',
        servers.map((it) => it.serverName),
      );
    }
    await control.restart(serverName);
    for await (const { servers } of control.events()) {
      const server = servers.find((it) => it.serverName === serverName);
      if (!server || PASSING_STATES.has(server.state)) continue;
      print(describeServer(server));
      return isUp(server.state) ? 0 : 1;
    }
    return 1;
  } finally {
    await control.close();
  }
}
