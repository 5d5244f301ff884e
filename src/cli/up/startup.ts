/** Shows the servers come up, and later changes of their states. */
import type { GatewayStatus, ServerStatus } from '../../model/status.ts';
import { canRedraw, type Printable, print } from '../terminal/print.ts';
import { plainView } from './plain-view.ts';
import { hasOutcome, isReplaced, outcomeOf, type Reported, STARTED_AGAIN, type View } from './reported.ts';

/** Where the servers are shown; tests replace it. */
export interface Screen {
  /** True if lines can be changed in place. */
  readonly canRedraw: () => boolean;
  readonly print: (text: Printable) => void;
}

const STDOUT: Screen = { canRedraw, print };

export interface Started {
  readonly status: GatewayStatus;
  readonly reported: Reported;
}

/**
 * Shows each server until each has come up or failed once; later attempts are not waited for. On a terminal
 * the lines change in place, elsewhere each change is a line of its own.
 *
 * @returns undefined if the statuses end before that, since the gateway was stopped
 */
export async function showStartup(
  statuses: AsyncIterable<GatewayStatus>,
  screen: Screen = STDOUT,
): Promise<Started | undefined> {
  const reported: Reported = new Map();
  const view = await viewFor(screen, reported);
  let started: GatewayStatus | undefined;
  for await (const status of statuses) {
    view.show(status.servers);
    note(reported, status.servers);
    if (!status.servers.every(({ serverName }) => reported.has(serverName))) continue;
    started = status;
    break;
  }
  await view.end();
  return started && { status: started, reported };
}

/** Loads the live view only for a terminal: its package takes longer to load than the gateway to listen. */
async function viewFor(screen: Screen, reported: Reported): Promise<View> {
  if (!screen.canRedraw()) return plainView(screen.print, reported);
  const { liveView } = await import('./live-view.ts');
  return liveView();
}

/** Prints a line for each server that comes up or fails, until the statuses end. */
export async function showChanges(
  statuses: AsyncIterable<GatewayStatus>,
  reported: Reported,
  screen: Screen = STDOUT,
): Promise<void> {
  const view = plainView(screen.print, reported);
  for await (const { servers } of statuses) {
    view.show(servers);
    note(reported, servers);
  }
}

function note(reported: Reported, servers: readonly ServerStatus[]): void {
  for (const server of servers) {
    const { serverName, state } = server;
    const hadCome = reported.get(serverName)?.startsWith('ready') ?? false;
    if (isReplaced(server) || (state === 'starting' && hadCome)) reported.set(serverName, STARTED_AGAIN);
    else if (hasOutcome(server)) reported.set(serverName, outcomeOf(server));
  }
  const names = new Set(servers.map(({ serverName }) => serverName));
  for (const name of reported.keys()) if (!names.has(name)) reported.delete(name);
}
