import { openStateDir } from '../runtime/state-dir.ts';
import { requireControl } from './control-client.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';

/** Drains, ends and starts one server; returns when it is ready or has failed. */
export async function restart(serverName: string, options: ConfigOption): Promise<void> {
  const control = await requireControl(openStateDir(stackFile(options)).socket);
  try {
    await control.restart(serverName);
    for await (const status of control.events()) {
      const server = status.servers.find((it) => it.serverName === serverName);
      if (!server || server.state === 'starting' || server.state === 'draining' || server.state === 'pending')
        continue;
      process.stdout.write(`${serverName} is ${server.state}${server.reason ? `: ${server.reason}` : ''}\n`);
      if (server.state !== 'ready') process.exitCode = 1;
      break;
    }
  } finally {
    await control.close();
  }
}
