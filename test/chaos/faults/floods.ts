/** Faults of quantity: servers that write without end, and many large requests at once. */
import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../clients/connection.ts';
import type { World } from '../world.ts';
import { anyServer, type Fault } from './fault.ts';

export const FLOOD_FAULTS: readonly Fault[] = [
  { name: 'a server that floods its output', gentle: 4, storm: 3, run: flood },
  { name: 'many large requests', gentle: 2, storm: 2, run: sendMuch },
];

const PATIENCE_MS = 30_000;
const LINES = 20_000;
/** All of them fit into the memory limit of a container, parsed and copied. */
const LARGE_BYTES = 3_000_000;
const LARGE_REQUESTS = 8;

/** Lines on stderr, lines that are no messages, and log messages. */
function flood(world: World): Promise<void> {
  return withCaller(world, { flood: LINES }, 1);
}

function sendMuch(world: World): Promise<void> {
  return withCaller(world, { pad: 'x'.repeat(LARGE_BYTES) }, LARGE_REQUESTS);
}

async function withCaller(world: World, told: object, count: number): Promise<void> {
  const { site, credentials } = world;
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    const connection = await connect('modern HTTP', site, 'loud', credentials.guest, signal);
    const calls = Array.from({ length: count }, () => {
      const id = connection.newId();
      const params = { name: `${anyServer(world)}_echo`, arguments: { who: 'loud', id, ...told } };
      return connection.ask('tools/call', params, { signal }, id).answer;
    });
    await Promise.allSettled(calls);
    await connection.transport.close(true);
  } catch {
    // No gateway serves at this moment.
    await delay(100);
  }
}
