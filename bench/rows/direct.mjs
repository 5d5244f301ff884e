/** Rows without a gateway: the lower limit of every latency, and the client against a null server. */
import { join } from 'node:path';
import { callBody } from '../mcp.mjs';
import { firstLine, run, start } from '../processes.mjs';

const HERE = join(import.meta.dirname, '..');
export const SERVER = join(HERE, 'server.mjs');
export const IMAGE = 'node:24-slim';

export const direct = [
  { name: 'null', title: 'client against a null server', open: () => ownServer('null.mjs') },
  {
    name: 'stdio',
    title: 'no gateway: native stdio',
    open: async () => ({ kind: 'child', command: [process.execPath, SERVER] }),
  },
  { name: 'attach', title: 'no gateway: container by attach', open: openAttached },
  { name: 'floor', title: 'floor', open: () => ownServer('floor.mjs') },
  { name: 'floor-raw', title: 'floor, answers unread', open: () => ownServer('floor.mjs', 'raw') },
];

async function ownServer(file, ...args) {
  const started = start([process.execPath, join(HERE, file), ...args]);
  const port = Number(await firstLine(started));
  return { kind: 'http', port, path: '/mcp', pid: started.pid, body: callBody('bytes') };
}

async function openAttached({ atEnd }) {
  const options = ['--rm', '-di', '--network', 'none', '--log-driver', 'none', '--cpus', '1'];
  const mount = `${SERVER}:/server.mjs:ro`;
  const command = ['docker', 'run', ...options, '-v', mount, IMAGE, 'node', '/server.mjs'];
  const containerId = await run(command);
  atEnd(() => run(['docker', 'rm', '-f', containerId]));
  const host = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
  return { kind: 'attach', socketPath: host.replace('unix://', ''), containerId };
}
