import { openStateDir } from '../runtime/memory/state-dir.ts';
import { requireControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { describeServer } from './up/server-lines.ts';

const ON_ITS_WAY = new Set(['pending', 'starting', 'draining']);

/** Drains, ends and starts one server. @returns the exit code once it is ready, or a lazy one idle (0), or has failed (1) */
export async function restart(serverName: string, options: ConfigOption): Promise<number> {
  const control = await requireControl(openStateDir(stackFile(options)).socket);
  try {
    await control.restart(serverName);
    for await (const { servers } of control.events()) {
      const server = servers.find((it) => it.serverName === serverName);
      if (!server || ON_ITS_WAY.has(server.state)) continue;
      process.stdout.write(`${describeServer(server)}\n`);
      return server.state === 'ready' || server.state === 'idle' ? 0 : 1;
    }
    return 1;
  } finally {
    await control.close();
  }
}
