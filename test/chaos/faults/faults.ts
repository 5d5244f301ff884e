/** All faults of chaos runs, and how one is drawn. */
import type { Weather } from '../ledger.ts';
import type { Random } from '../random.ts';
import type { World } from '../world.ts';
import { CONTAINER_FAULTS } from './containers.ts';
import type { Fault } from './fault.ts';
import { FILE_FAULTS } from './files.ts';
import { FLOOD_FAULTS } from './floods.ts';
import { GATEWAY_FAULTS } from './gateways.ts';
import { PROCESS_FAULTS } from './processes.ts';
import { STRANGER_FAULTS } from './strangers.ts';

export const FAULTS: readonly Fault[] = [
  ...PROCESS_FAULTS,
  ...CONTAINER_FAULTS,
  ...GATEWAY_FAULTS,
  ...FILE_FAULTS,
  ...STRANGER_FAULTS,
  ...FLOOD_FAULTS,
];

/**
 * @param only names of faults, of which one is drawn; none for all
 * @returns undefined if none of them fits
 */
export function drawFault(
  world: World,
  weather: Weather,
  random: Random,
  only: readonly string[] = [],
): Fault | undefined {
  const fitting = FAULTS.filter(
    (it) => it[weather] && (it.fits?.(world) ?? true) && (only.length === 0 || only.includes(it.name)),
  );
  const weightOf = (it: Fault): number => it[weather] ?? 0;
  let left = random.next() * fitting.reduce((total, it) => total + weightOf(it), 0);
  for (const fault of fitting) {
    left -= weightOf(fault);
    if (left < 0) return fault;
  }
  return fitting[0];
}
