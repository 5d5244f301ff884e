/** Stand-ins for the parts of an instance: a unit of a plan, and connections that note their end. */

import type { Unit } from '../../../src/model/compiled.ts';
import type { NativeServer } from '../../../src/model/desired.ts';
import type { Connections } from '../../../src/runtime/instances/instance.ts';
import { type InstanceEvent, Instances } from '../../../src/runtime/instances/instances.ts';
import type { Isolated } from '../../../src/runtime/isolation/isolated.ts';
import type { Upstream } from '../../../src/runtime/upstream/upstream.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { fakeUpstream } from '../../helpers/fake-upstream.ts';

export function unit(serverName = 'files', changes: Partial<Unit> = {}): Unit {
  const view = {
    prefix: serverName,
    tools: { rename: {} },
    timeouts: { start: 1_000, call: 1_000, callMax: 1_000, idle: 1_000, drain: 500, health: 1_000 },
    maxInFlight: 10,
    isolation: 'shared',
    start: 'eager',
  };
  const server = {
    type: 'native',
    serverName,
    command: ['true'],
    unset: [],
    place: { path: '/hive.yaml', line: 1 },
    view,
  } as unknown as NativeServer;
  return { server, hash: 'h1', fieldHashes: {}, viewHash: 'v1', ...changes };
}

/** `log` gets one word for each connection that is closed, drained or told something. */
export function connections(log: string[] = [], kind: Upstream['kind'] = 'child'): Connections {
  const upstream = fakeUpstream({
    kind,
    pid: 42,
    drain: async () => void log.push('upstream drained'),
    close: async () => void log.push('upstream closed'),
    setTrouble: (trouble: string | undefined) => void log.push(trouble ? 'trouble' : 'no trouble'),
  });
  const isolated = {
    drain: async () => void log.push('isolated drained'),
    close: async () => void log.push('isolated closed'),
  };
  return { upstream, isolated: isolated as unknown as Isolated };
}

/** An empty table on a clock that is put on by hand. Retries come without jitter. */
export function table() {
  const clock = fakeClock(0);
  const instances = new Instances(clock, () => 0.5);
  const events: InstanceEvent['kind'][] = [];
  instances.onEvent(({ kind }) => events.push(kind));
  return { clock, instances, events };
}
