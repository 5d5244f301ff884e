/** The gateway that runs for the stack of a command. */
import { basename, dirname, resolve } from 'node:path';
import { GatewayError } from '../../errors.ts';
import { type ControlClient, connectControl, requireControl } from './control-client.ts';
import { servedWithoutFile } from './find/known-stacks.ts';
import { type ConfigOption, fileIsGone, hiddenBy, stackFile } from './stack-file.ts';
import { peekState } from './state.ts';
import { typedFor } from './typing.ts';

/** The caller must close the result. @throws GatewayError NOT_RUNNING, CONFIG_NOT_FOUND */
export async function controlOf(options: ConfigOption): Promise<ControlClient> {
  const file = stackFile(options);
  const { socket } = await peekState(file);
  return requireControl(socket, typedFor(options.config)).catch(async (error: unknown) => {
    if (!(error instanceof GatewayError) || error.code !== 'NOT_RUNNING') throw error;
    const renamed = servedWithoutFile(dirname(file));
    if (renamed !== undefined) throw fileIsGone(renamed);
    throw options.config === undefined ? await namingOther(file, error) : error;
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

/** For commands that follow a gateway until a person ends them. */
export const gatewayEnded = (): GatewayError =>
  new GatewayError('NOT_RUNNING', 'the gateway has ended', { hint: 'start it again: npx hive up -d' });
