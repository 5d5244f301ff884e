import type { Clock } from '../../model/clock.ts';
import type { Unit } from '../../model/compiled.ts';
import type { Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { Listings } from '../instances/listings.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import { type Absent, createAbsent } from './hold-until-ready.ts';
import { createUsage, type Usage } from './usage.ts';

export interface SleepDeps {
  readonly clock: Clock;
  readonly board: StatusBoard;
  readonly units: ReadonlyMap<string, Unit>;
  readonly instances: Instances;
  readonly listings: Pick<Listings, 'isKnown'>;
  readonly requestReload: (cause: string) => void;
}

/** Servers that run on demand: who uses them, who waits for them, and which of them may sleep. */
export interface Sleep {
  readonly usage: Usage;
  readonly absent: Absent;
  /** A lazy server that nobody needs now, and whose lists are known. */
  isAsleep(unit: Unit): boolean;
  /** Shows it as idle if it is. */
  settle(unit: Unit): boolean;
  close(): void;
}

const IDLE = { detail: 'starts at its first call', link: undefined, pid: undefined };

export function createSleep({ clock, board, units, instances, listings, requestReload }: SleepDeps): Sleep {
  const usage = createUsage({ clock, instances, onIdle: (name) => requestReload(`nobody uses ${name}`) });
  const onWanted = (name: string): void => requestReload(`a call waits for ${name}`);
  const absent = createAbsent({ clock, board, instances, usage, units, onWanted });
  const isAsleep = (unit: Unit): boolean => {
    const { serverName, view } = unit.server;
    if (view.start !== 'lazy' || absent.isWanted(serverName) || !listings.isKnown(unit)) return false;
    const isUnused = ({ state: { phase } }: Instance): boolean =>
      phase === 'draining' || (phase === 'ready' && usage.isIdle(serverName, view));
    return instances.of(serverName).every(isUnused);
  };
  return {
    usage,
    absent,
    isAsleep,
    settle(unit) {
      const { serverName } = unit.server;
      if (instances.of(serverName).length > 0 || !isAsleep(unit)) return false;
      if (board.get(serverName)?.state !== 'idle') board.show(serverName, 'idle', IDLE);
      return true;
    },
    close() {
      absent.close();
      usage.close();
    },
  };
}
