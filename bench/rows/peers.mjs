/** Other gateways in front of the same server, each configured for several clients as its manual recommends. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { callBody, openSessions, probe } from '../mcp.mjs';
import { freePort, start, untilReady } from '../processes.mjs';
import { SERVER } from './direct.mjs';

const HERE = join(import.meta.dirname, '..');
const MODULES = join(HERE, 'node_modules');
const COMMAND = [process.execPath, SERVER];

export const peers = [
  {
    name: 'supergateway',
    title: 'supergateway',
    open: (context) =>
      overMcp(context, (port) => [
        ...[process.execPath, join(MODULES, 'supergateway/dist/index.js')],
        ...['--stdio', COMMAND.join(' '), '--outputTransport', 'streamableHttp', '--stateful'],
        ...['--port', port, '--logLevel', 'none'],
      ]),
  },
  {
    name: 'mcp-proxy',
    title: 'mcp-proxy',
    open: (context) =>
      overMcp(context, (port) => [
        ...[process.execPath, join(MODULES, 'mcp-proxy/dist/bin/mcp-proxy.mjs')],
        ...['--host', '127.0.0.1', '--port', port, '--server', 'stream', '--', ...COMMAND],
      ]),
  },
  { name: 'mcp-hub', title: 'mcp-hub', open: openHub },
  {
    name: 'fastmcp',
    title: 'FastMCP proxy (Python)',
    open: (context) =>
      overMcp(context, (port) => [
        ...[python('fastmcp', 'python'), join(HERE, 'python/fastmcp-proxy.py'), port, ...COMMAND],
      ]),
  },
];

/** Peers that serve no MCP: a plain request runs a tool. They do less per call, so gateways are not judged by them. */
export const restPeers = [
  { name: 'mcp-hub-rest', title: 'mcp-hub, REST', open: openHubRest },
  { name: 'mcpo', title: 'mcpo (Python), REST', open: openMcpo },
];

function python(peer, program) {
  const file = join(HERE, '.venv', peer, 'bin', program);
  if (!existsSync(file)) throw new Error('not installed');
  return file;
}

async function overMcp({ clients }, command) {
  const port = await freePort();
  const started = start(command(String(port)));
  const url = `http://127.0.0.1:${port}/mcp`;
  await untilReady(started, async () => (await openSessions(url, 1))[0]);
  const sessions = await openSessions(url, clients);
  return { kind: 'http', port, path: '/mcp', pid: started.pid, sessions, body: callBody('bytes') };
}

/** mcp-hub serves the HTTP+SSE transport of 2024: answers arrive on the event stream that a client opens first. */
async function openHub(context) {
  const { port, pid } = await startHub(context);
  return { kind: 'sse', port, path: '/mcp', pid, body: callBody('bench__bytes') };
}

async function openHubRest(context) {
  const { port, pid } = await startHub(context);
  const body = '{"server_name":"bench","tool":"bytes","arguments":{"size":$SIZE}}';
  return { kind: 'http', port, path: '/api/servers/tools', pid, body };
}

async function startHub({ folder }) {
  const port = await freePort();
  const file = join(folder, 'mcp-hub.json');
  const [command, ...args] = COMMAND;
  writeFileSync(file, JSON.stringify({ mcpServers: { bench: { command, args } } }));
  const cli = join(MODULES, 'mcp-hub/dist/cli.js');
  const started = start([process.execPath, cli, '--port', String(port), '--config', file], {
    env: { HOME: folder, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder },
  });
  const body = '{"server_name":"bench","tool":"bytes","arguments":{"size":$SIZE}}';
  await untilAnswering(started, { port, path: '/api/servers/tools', body });
  return { port, pid: started.pid };
}

/** mcpo serves OpenAPI instead of MCP: each tool is a path. */
async function openMcpo() {
  const port = await freePort();
  const started = start([
    python('mcpo', 'mcpo'),
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--',
    ...COMMAND,
  ]);
  const target = { kind: 'http', port, path: '/bytes', pid: started.pid, body: '{"size":$SIZE}' };
  return untilAnswering(started, target);
}

async function untilAnswering(started, target) {
  await untilReady(started, async () => {
    await probe(target, 100);
    return true;
  });
  return target;
}
