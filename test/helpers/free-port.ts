/** Free ports for tests that run side by side. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

/** Linux picks ports for outgoing connections from here on; a lower port is used only if a program asks for it. */
const [FIRST_SHARED = 32_768] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8')
  .split('\t')
  .map(Number);

/** A free port that the system will not assign to another program by chance. */
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
