/** The state folder of the stack that a command means, on a disk that answers. */
import { existsSync } from 'node:fs';
import { requireAnswer, requireAnswers } from '../../runtime/memory/state-answers.ts';
import { openStateDir, peekStateDir, type StateDir, stateDirOf } from '../../runtime/memory/state-dir.ts';

/**
 * For commands that may change it: made if it does not exist, unless the config file does not exist either.
 * @throws GatewayError STATE_FAILED
 */
export async function openState(configFile: string): Promise<StateDir> {
  await requireAnswers(stateDirOf(configFile));
  if (!existsSync(configFile)) return peekStateDir(configFile);
  return openStateDir(configFile);
}

/** For commands that only look. @throws GatewayError STATE_FAILED */
export async function peekState(configFile: string): Promise<StateDir> {
  await requireAnswer(stateDirOf(configFile));
  return peekStateDir(configFile);
}
