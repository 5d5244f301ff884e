/** The gateway that runs for the stack of a command. */
import { basename, resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { type ControlClient, connectControl, requireControl } from './control-client.ts';
import { type ConfigOption, hiddenBy, stackFile } from './stack-file.ts';
import { peekState } from './state.ts';
import { typedFor } from './typing.ts';

/** The caller must close the result. @throws GatewayError NOT_RUNNING, CONFIG_NOT_FOUND */
export async function controlOf(options: ConfigOption): Promise<ControlClient> {
  const file = stackFile(options);
  const { socket } = await peekState(file);
  return requireControl(socket, typedFor(options.config)).catch(async (error: unknown) => {
    const isUnnamed = options.config === undefined && error instanceof GatewayError;
    throw isUnnamed && error.code === 'NOT_RUNNING' ? await namingOther(file, error) : error;
  });
}

/** The gateway of another stack file in this folder, which may have been meant. */
async function namingOther(file: string, error: GatewayError): Promise<GatewayError> {
  for (const other of hiddenBy(file)) {
    const { socket } = await peekState(resolve(other));
    const control = await connectControl(socket).catch(() => undefined);
    if (!control) continue;
    await control.close();
    const message = `no gateway is running for ${basename(file)}; one is running for ${other}`;
    return new GatewayError('NOT_RUNNING', message, {
      hint: `name its file: npx hive ps -c ${other}; or start this one: npx hive up -d`,
    });
  }
  return error;
}
