/** `hive restart`: restarts one server, and reports how it went. */
import { openStateDir } from '../runtime/memory/state-dir.ts';
import { requireControl } from './stack/control-client.ts';
import { describeServer } from './stack/describe-server.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { print } from './terminal/print.ts';

const PASSING_STATES = new Set(['pending', 'starting', 'draining']);

/** @returns the exit code: 0 when the server is ready, or idle if it is lazy; 1 when it has failed */
export async function restart(serverName: string, options: ConfigOption): Promise<number> {
  const control = await requireControl(openStateDir(stackFile(options)).socket);
  try {
    await control.restart(serverName);
    for await (const { servers } of control.events()) {
      const server = servers.find((it) => it.serverName === serverName);
      if (!server || PASSING_STATES.has(server.state)) continue;
      print(describeServer(server));
      return server.state === 'ready' || server.state === 'idle' ? 0 : 1;
    }
    return 1;
  } finally {
    await control.close();
  }
}
