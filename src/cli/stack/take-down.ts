/** Stops the gateway of a config file and removes what its gateways have made. */
import { dirname, join } from 'node:path';
import { GatewayError, toGatewayError } from '../../errors.ts';
import { COMPILED_NAME, type Stack } from '../../model/stack.ts';
import { removeRuns, removeStacks } from '../../remove.ts';
import { type FoundEngine, findEngine } from '../../setup/find-engine.ts';
import { gapsError } from '../../setup/gap-errors.ts';
import { readHost } from '../../setup/host.ts';
import { print } from '../terminal/print.ts';
import { connectControl } from './control-client.ts';
import { readConfig } from './read-config.ts';
import { dropRecord, readRecord } from './stack-record.ts';
import { openState } from './state.ts';

export interface TakeDown {
  /** Named volumes too. */
  readonly volumes: boolean;
  /** The images that Hive built, too. */
  readonly images: boolean;
  /** True to go by the notes in the state folder alone if the config file is broken or gone. */
  readonly mayLackFile?: boolean;
}

/**
 * The record of `hive up` says what there is, so this also works if the config has been broken, renamed or
 * removed since.
 *
 * @returns false if there was nothing to stop or to remove
 * @throws ConfigError if neither the record nor the config has the stack's name; GatewayError if there may be
 * containers and the engine does not answer
 */
export async function takeDown(file: string, wanted: TakeDown): Promise<boolean> {
  const { volumes, images, mayLackFile = false } = wanted;
  const state = await openState(file);
  const record = readRecord(state);
  const configured = await configuredStack(file);
  if (!record && !mayLackFile && configured instanceof GatewayError) throw configured;
  const stack = configured instanceof GatewayError ? undefined : configured;
  const isStopped = await stopGateway(state.socket);
  const names = new Set([record?.name, stack?.name].filter((name) => name !== undefined));
  const engine = await usedEngine(record?.hadEngine ?? false);
  const removed = engine
    ? await removeStacks(engine, {
        stackNames: [...names],
        volumes,
        images,
        state,
        file,
        composeFile: stack?.composeFile ?? record?.composeFile ?? join(dirname(file), COMPILED_NAME),
        say: print,
      })
    : 0;
  const left = await removeRuns(state);
  if (left > 0) print(`removed ${left === 1 ? 'a container' : `${left} containers`} of docker run`);
  dropRecord(state);
  return isStopped || removed + left > 0;
}

async function configuredStack(file: string): Promise<Stack | GatewayError> {
  try {
    return (await readConfig(file)).stack;
  } catch (error) {
    return toGatewayError(error);
  }
}

async function stopGateway(socket: string): Promise<boolean> {
  const control = await connectControl(socket);
  if (!control) return false;
  await control.stop();
  await control.close();
  print('gateway stopped');
  return true;
}

/**
 * Undefined if there is no engine, and none was used.
 *
 * @throws GatewayError if one was used and does not answer
 */
async function usedEngine(hadEngine: boolean): Promise<FoundEngine | undefined> {
  const found = await findEngine();
  if (found.kind === 'ready') return found.engine;
  if (hadEngine) throw gapsError(found.gaps, await readHost());
  return undefined;
}

/** @throws GatewayError USAGE */
export function requireLocal(rmi: string | undefined, command: string): void {
  if (rmi !== undefined && rmi !== 'local')
    throw new GatewayError('USAGE', `--rmi takes local, not ${rmi}`, {
      hint: `npx hive ${command} --rmi local removes the images that Hive built`,
    });
}
