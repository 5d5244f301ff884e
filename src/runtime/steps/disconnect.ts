import { connectionsOf, type Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';

const CLOSE_GRACE = 2_000;

/**
 * Ends an instance: it gets nothing new, what is under way there has `timeouts.drain`, then its connections are closed. With `keepsTasks` the
 * tasks begun there count as under way, and are served on for whoever began them.
 */
export type Disconnect = (instance: Instance, keepsTasks?: boolean) => Promise<void>;

export function createDisconnect(instances: Pick<Instances, 'draining' | 'end'>): Disconnect {
  return async (instance, keepsTasks = false) => {
    instances.draining(instance, keepsTasks);
    const { upstream, isolated } = connectionsOf(instance) ?? {};
    const { drain } = instance.unit.server.view.timeouts;
    await Promise.all([upstream?.drain(drain, keepsTasks), isolated?.drain(drain, keepsTasks)]);
    await Promise.all([upstream?.close(CLOSE_GRACE), isolated?.close(CLOSE_GRACE)]);
    instances.end(instance);
  };
}
