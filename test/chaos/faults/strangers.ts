/** Faults of clients: rude ones, and ones without a right to be there. None may disturb the others. */
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { post } from '../../edge/harness.ts';
import { newToken } from '../credentials.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';

export const STRANGER_FAULTS: readonly Fault[] = [
  { name: 'half a request', gentle: 3, storm: 2, run: halfRequest },
  { name: 'a reader that never reads', gentle: 3, storm: 2, run: neverReads },
  { name: 'sessions that are opened and abandoned', gentle: 2, storm: 2, run: abandonSessions },
  { name: 'requests without a right', gentle: 4, storm: 3, run: knock },
  { name: 'take a token out and put it back', gentle: 2, run: takeTokenOut },
];

/** Headers that announce more bytes than are sent. */
async function halfRequest({ gateway, credentials, random }: World): Promise<void> {
  const socket = connectTo(gateway.url);
  socket.write(
    `POST /mcp HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${credentials.guest}\r\n` +
      'content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"jso',
  );
  await delay(random.between(10, 1_000));
  socket.destroy();
}

async function neverReads({ gateway, credentials, random }: World): Promise<void> {
  const socket = connectTo(gateway.url);
  socket.pause();
  const head = `GET /metrics HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${credentials.guest}\r\n\r\n`;
  socket.write(head.repeat(50));
  await delay(random.between(100, 2_000));
  socket.destroy();
}

function connectTo(url: string) {
  const { hostname, port } = new URL(url);
  return connect(Number(port), hostname).on('error', () => {});
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

function initialize(url: string, headers: Record<string, string>) {
  const clientInfo = { name: 'rude', version: '1' };
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo };
  return post(url, { jsonrpc: '2.0', id: 0, method: 'initialize', params }, headers);
}

async function abandonSessions({ gateway, credentials }: World): Promise<void> {
  const open = () => initialize(gateway.url, bearer(credentials.guest));
  await Promise.allSettled(Array.from({ length: 50 }, open));
}

/** Requests without a token, with a wrong one, and with another's session. */
async function knock({ gateway: { url }, credentials, ledger }: World): Promise<void> {
  const expect = async (what: string, status: number, headers: Record<string, string>): Promise<void> => {
    const answer = await post(url, { jsonrpc: '2.0', id: 1, method: 'tools/list' }, headers);
    if (answer.status !== status)
      ledger.violate('open', `${what}: ${answer.status} ${answer.text.slice(0, 80)}`);
  };
  const [ada, bob] = credentials.tokens;
  // The gateway may be gone at any moment, which is no answer.
  await expect('without a token', 401, {}).catch(() => {});
  await expect('with a wrong token', 401, bearer(newToken())).catch(() => {});
  const session = await initialize(url, bearer(ada)).catch(() => undefined);
  const sessionId = session?.headers['mcp-session-id'];
  if (typeof sessionId !== 'string') return;
  await expect("with another's session", 404, { ...bearer(bob), 'mcp-session-id': sessionId }).catch(
    () => {},
  );
  await fetch(url, { method: 'DELETE', headers: { ...bearer(ada), 'mcp-session-id': sessionId } }).catch(
    () => {},
  );
}

const EDIT_MS = 20_000;

async function takeTokenOut(world: World): Promise<void> {
  const { credentials, gateway, ledger } = world;
  const { guest: _, ...others } = credentials.digests;
  world.restore(others);
  const deadline = Date.now() + EDIT_MS;
  while ((await initialize(gateway.url, bearer(credentials.guest))).status !== 401) {
    if (Date.now() > deadline) {
      ledger.violate('open', 'with a token that was taken out');
      break;
    }
    await delay(50);
  }
  world.restore();
}
