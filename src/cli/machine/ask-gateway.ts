/** Asks the gateway of a state folder how it is. */
import { join } from 'node:path';
import type { GatewayStatus } from '../../model/status.ts';
import { type ControlClient, connectControl } from '../stack/control-client.ts';

/**
 * `none`: no gateway listens there. `silent`: something listens and gives no status; `hive ps -c FILE`
 * says why.
 */
export type Asked = GatewayStatus | 'none' | 'silent';

/** Never rejects: one gateway that is stuck must not hide the others. */
export async function askGateway(folder: string): Promise<Asked> {
  let control: ControlClient | undefined;
  try {
    control = await connectControl(join(folder, 'control.sock'));
    return (await control?.status()) ?? 'none';
  } catch {
    return 'silent';
  } finally {
    await control?.close();
  }
}
