/** What must be true once nothing is killed any more. */
import { setTimeout as delay } from 'node:timers/promises';
import type { ServerStatus } from '../../src/model/status.ts';
import { echo } from './clients/acts.ts';
import { connect, KINDS } from './clients/connection.ts';
import type { Crew } from './clients/crew.ts';
import type { World } from './world.ts';

/** A server must be tried fast until it has failed that often in a row. A build is tried slowly earlier. */
const LEAST_FAILURES = 5;
const LEAST_BUILDS = 2;
const CALL_MS = 60_000;
/** An attempt may begin that much later than its server's status says: a run of the plan may be under way. */
const OVERDUE_MS = 30_000;

/** Waits until every server is ready and every client was answered; the result says what did not recover. */
export async function settle(world: World, crew: Crew, limitMs: number): Promise<string[]> {
  const deadline = Date.now() + limitMs;
  const lost = await untilReady(world, deadline);
  const waiting = lost.length > 0 ? 0 : await crew.untilAllServed(deadline);
  return waiting > 0 ? [`${waiting} clients get no right answer`] : lost;
}

async function untilReady(world: World, deadline: number): Promise<string[]> {
  for (;;) {
    const { servers } = await world.gateway.control.status();
    const missing = servers.filter(({ state }) => state !== 'ready');
    if (missing.length === 0 && servers.length === Object.keys(world.base).length) return [];
    if (Date.now() > deadline) return missing.map((it) => `not ready: ${JSON.stringify(it)}`);
    const forgotten = missing.filter((it) => Date.now() > attemptAt(it) + OVERDUE_MS);
    if (forgotten.length > 0) return forgotten.map((it) => `not tried again: ${JSON.stringify(it)}`);
    const early = missing.filter(isGivenUpEarly);
    if (early.length > 0) return early.map((it) => `given up early: ${JSON.stringify(it)}`);
    for (const server of missing)
      if (failuresOf(server) !== undefined) await world.gateway.control.restart(server.serverName);
    await delay(300);
  }
}

function isGivenUpEarly(server: ServerStatus): boolean {
  const least = server.code === 'BUILD_FAILED' ? LEAST_BUILDS : LEAST_FAILURES;
  return (failuresOf(server) ?? least) < least;
}

/** Failures in a row of a server whose fast attempts are over; undefined for any other. */
function failuresOf({ detail = '' }: ServerStatus): number | undefined {
  const [, digits] = /failure (\d+); (?:gave up|.* and at the next call)/.exec(detail) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

/** Unix milliseconds at which the gateway wants to start the server again; Infinity if it does not say so. */
function attemptAt({ detail = '', since }: ServerStatus): number {
  const [, seconds] = /; trying again in (\d+) s/.exec(detail) ?? [];
  return seconds === undefined ? Number.POSITIVE_INFINITY : since + Number(seconds) * 1000;
}

/** A call of a new client of each kind to each server; the result says which went wrong. */
export async function callEachServer({ site, base, credentials, ledger, random }: World): Promise<string[]> {
  const lost: string[] = [];
  for (const kind of KINDS) {
    const signal = AbortSignal.timeout(CALL_MS);
    const connection = await connect(
      kind,
      site,
      `last ${kind}`.replaceAll(' ', '-'),
      credentials.tokens[0],
      signal,
    );
    for (const serverName of Object.keys(base)) {
      const scene = { connection, ledger, random, serverName, signal: AbortSignal.timeout(CALL_MS) };
      const failure = await echo(scene).catch((error: Error) => error);
      if (failure) lost.push(`the last call of a ${kind} client to ${serverName}: ${failure.message}`);
    }
    await connection.transport.close(true);
  }
  return lost;
}
