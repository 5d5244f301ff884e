/** Leaves out entries by which `hive connect` has connected a client: Hive would mirror itself. */
import { existsSync } from 'node:fs';
import { leadsBack } from '../../clients/connection.ts';
import type { ForeignFile } from '../../import/foreign/foreign.ts';
import { readConfig } from '../stack/read-config.ts';

/** The gateway of a config file that is not there yet. */
const DEFAULT = { host: '127.0.0.1', port: 8001 };

/** @param target absolute path of the stack file; it may be missing, or have problems */
export async function gatewayOf(target: string): Promise<{ url: string; file: string }> {
  const config = existsSync(target) ? await readConfig(target).catch(() => undefined) : undefined;
  const { host, port } = config?.stack.gateway ?? DEFAULT;
  return { url: `http://${host.includes(':') ? `[${host}]` : host}:${port}/mcp`, file: target };
}

export function withoutHive(file: ForeignFile, gateway: { url: string; file: string }): ForeignFile {
  const own = file.servers.filter(({ keys }) => leadsBack(keys, gateway));
  if (own.length === 0) return file;
  const names = own.map(({ name }) => name).join(', ');
  const note = `left out, since it is this gateway itself: ${names}`;
  return {
    ...file,
    servers: file.servers.filter((server) => !own.includes(server)),
    notes: [...(file.notes ?? []), note],
  };
}
