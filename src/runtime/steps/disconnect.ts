/** The end of an instance: the regular one, and the one by a failure. */
import type { GatewayError } from '../../errors.ts';
import { type Connections, connectionsOf, type Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';
import { drainPair, endPair } from '../isolation/connection-pair.ts';

const CLOSE_GRACE_MS = 2_000;

/**
 * Ends an instance: it gets no new calls; calls in flight may take `timeouts.drain`; then its connections are
 * closed. With `keepsTasks`, tasks that were begun there count as calls in flight, and can still be asked
 * for.
 */
export type Disconnect = (instance: Instance, keepsTasks?: boolean) => Promise<void>;

export function createDisconnect(instances: Pick<Instances, 'draining' | 'end'>): Disconnect {
  return async (instance, keepsTasks = false) => {
    instances.draining(instance, keepsTasks);
    const connections = connectionsOf(instance);
    const { drain } = instance.unit.server.view.timeouts;
    if (connections) {
      const { legacy } = connections;
      await Promise.all([drainPair(connections, drain, keepsTasks), legacy?.drain(drain, keepsTasks)]);
      await Promise.all([endPair(connections, CLOSE_GRACE_MS), legacy?.close(CLOSE_GRACE_MS)]);
    }
    instances.end(instance);
  };
}

/** Counts the failure, then closes the instance's connections at once: calls in flight end with an error. */
export function failAndClose(
  instances: Pick<Instances, 'failed'>,
  instance: Instance,
  connections: Connections,
  error: GatewayError,
): void {
  instances.failed(instance, error);
  void Promise.all([endPair(connections, 0), connections.legacy?.close(0)]);
}
