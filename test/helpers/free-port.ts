import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Connections of all programs take their own ports from here on (Linux); a port below is nobody's unless somebody asks for it. */
const [FIRST_SHARED = 32_768] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
  .split('\t')
  .map(Number);

/** A port on which nobody listens, and which nobody is given by chance before it is used. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_SHARED - 1 - Math.floor(Math.random() * 10_000);
    const server = createServer();
    const isFree = once(server.listen(port, '127.0.0.1'), 'listening').then(
      () => true,
      () => false,
    );
    if (!(await isFree)) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
