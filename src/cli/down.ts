/** `hive down`: stops the gateway and removes what `hive up` made. */
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { requireLocal, takeDown } from './stack/take-down.ts';
import { print } from './terminal/print.ts';

export interface DownOptions extends ConfigOption {
  readonly volumes?: boolean;
  /** `local`: images that Hive built. */
  readonly rmi?: string;
}

/** @throws GatewayError as `takeDown`, or USAGE */
export async function down({ volumes = false, rmi, ...named }: DownOptions): Promise<void> {
  requireLocal(rmi, 'down');
  const hasRemoved = await takeDown(stackFile(named), { volumes, images: rmi === 'local' });
  if (!hasRemoved) print('nothing was running');
}
