/** The end of a serving instance by a failure. */
import type { GatewayError } from '../../errors.ts';
import type { Connections, Instance } from '../instances/instance.ts';
import type { Instances } from '../instances/instances.ts';

/** Counts the failure, then closes the instance's connections at once: calls in flight end with an error. */
export function failAndClose(
  instances: Pick<Instances, 'failed'>,
  instance: Instance,
  { upstream, isolated }: Connections,
  error: GatewayError,
): void {
  instances.failed(instance, error);
  void Promise.all([isolated.close(0), upstream.close(0)]);
}
