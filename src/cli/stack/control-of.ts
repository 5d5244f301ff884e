/** The gateway that runs for the stack of a command. */
import { type ControlClient, requireControl } from './control-client.ts';
import { type ConfigOption, stackFile } from './stack-file.ts';
import { peekState } from './state.ts';
import { typedFor } from './typing.ts';

/** The caller must close the result. @throws GatewayError NOT_RUNNING, CONFIG_NOT_FOUND */
export async function controlOf(options: ConfigOption): Promise<ControlClient> {
  const { socket } = await peekState(stackFile(options));
  return requireControl(socket, typedFor(options.config));
}
