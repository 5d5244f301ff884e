/** `hive pull`: brings newer images, and has a running gateway replace the servers that use them. */
import { systemClock } from '../clock.ts';
import { loadDesired } from '../desired.ts';
import { findEngine } from '../setup/find-engine.ts';
import { gapsError } from '../setup/gap-errors.ts';
import { readHost } from '../setup/host.ts';
import { connectControl } from './stack/control-client.ts';
import { type ConfigOption, stackFile } from './stack/stack-file.ts';
import { openState } from './stack/state.ts';
import { typedFor } from './stack/typing.ts';
import { print } from './terminal/print.ts';
import { bringImages } from './up/bring-images.ts';

/**
 * @returns the exit code: 1 if an image could not be brought
 * @throws ConfigError; GatewayError SERVER_UNKNOWN, or with the engine's code if there is none
 */
export async function pull(serverNames: readonly string[], options: ConfigOption): Promise<number> {
  const file = stackFile(options);
  const state = await openState(file);
  const desired = await loadDesired({ file, state, clock: systemClock });
  if (!desired.stack.servers.some(({ type }) => type === 'container')) {
    print('nothing to pull: no server of this stack runs in a container');
    return 0;
  }
  const found = await findEngine();
  if (found.kind === 'lacking') throw gapsError(found.gaps, await readHost());
  const wanted = { pull: true, build: false, ...(serverNames.length > 0 ? { serverNames } : {}) };
  const failures = await bringImages({ desired, engine: found.engine, state, yes: false }, wanted);
  const control = await connectControl(state.socket, typedFor(options.config));
  if (control)
    try {
      print((await control.refresh()) || 'every server runs the image of its entry');
    } finally {
      await control.close();
    }
  return failures === 0 ? 0 : 1;
}
