/** The regular end of an instance. */
import { connectionsOf, type Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';

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
    const { upstream, isolated } = connectionsOf(instance) ?? {};
    const { drain } = instance.unit.server.view.timeouts;
    await Promise.all([upstream?.drain(drain, keepsTasks), isolated?.drain(drain, keepsTasks)]);
    await Promise.all([upstream?.close(CLOSE_GRACE_MS), isolated?.close(CLOSE_GRACE_MS)]);
    instances.end(instance);
  };
}
