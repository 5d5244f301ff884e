/** Servers that run on demand (`start: lazy`): which of them need not run now. */
import type { Unit } from '../../model/compiled.ts';
import type { Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import type { StatusBoard } from '../instances/status-board.ts';
import type { HoldUntilReady } from './hold-until-ready.ts';
import type { Usage } from './usage.ts';

export interface IdleServersDeps {
  readonly board: StatusBoard;
  readonly instances: Pick<Instances, 'of'>;
  readonly usage: Pick<Usage, 'isIdle'>;
  readonly held: Pick<HoldUntilReady, 'isWanted'>;
  /**
   * True if the lists of the server are known from an earlier run, so that it can be shown without running.
   */
  readonly isKnown: (unit: Unit) => boolean;
}

export interface IdleServers {
  /** True for a lazy server that nobody needs now, and whose lists are known. */
  isIdle(unit: Unit): boolean;
  /** Shows the server as idle if it is, and has no instance. Returns whether it does. */
  show(unit: Unit): boolean;
}

const IDLE = { detail: 'starts at its first call', link: undefined, pid: undefined };

export function createIdleServers({ board, instances, usage, held, isKnown }: IdleServersDeps): IdleServers {
  const isIdle = (unit: Unit): boolean => {
    const { serverName, view } = unit.server;
    if (view.start !== 'lazy' || held.isWanted(serverName) || !isKnown(unit)) return false;
    const isUnused = ({ state: { phase } }: Instance): boolean =>
      phase === 'draining' || (phase === 'ready' && usage.isIdle(serverName, view));
    return instances.of(serverName).every(isUnused);
  };
  return {
    isIdle,
    show(unit) {
      const { serverName } = unit.server;
      if (instances.of(serverName).length > 0 || !isIdle(unit)) return false;
      if (board.get(serverName)?.state !== 'idle') board.show(serverName, 'idle', IDLE);
      return true;
    },
  };
}
