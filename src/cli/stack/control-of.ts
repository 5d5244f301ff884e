/** The gateway that runs for the stack of a command. */
import { peekStateDir } from '../../runtime/memory/state-dir.ts';
import { type ControlClient, requireControl } from './control-client.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';
import { typedFor } from './typing.ts';

/** The caller must close the result. @throws GatewayError NOT_RUNNING, CONFIG_NOT_FOUND */
export function controlOf(options: ConfigOption): Promise<ControlClient> {
  return requireControl(peekStateDir(stackFile(options)).socket, typedFor(options.config));
}
