/** Settings of a gateway: the command's choices, a clock and a log. */
import { mkdirSync, renameSync, statSync } from 'node:fs';
import { systemClock } from '../../clock.ts';
import type { Desired } from '../../desired.ts';
import type { GatewaySettings } from '../../gateway.ts';
import { createLog } from '../../log.ts';
import { ENGINE_CODES, type EngineTrouble } from '../../model/observed.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { makeBases } from './bases.ts';
import type { EngineChoice } from './engine-choice.ts';

/** From this size on, the next gateway begins another log and keeps this one as `.1`. */
const MAX_LOG_BYTES = 8 * 1024 * 1024;

/** @param yes tools may be installed without asking */
export function gatewaySettings(
  file: string,
  state: StateDir,
  desired: Desired,
  choice: EngineChoice,
  yes: boolean,
): GatewaySettings {
  mkdirSync(state.path, { recursive: true });
  const engine = 'engine' in choice ? choice.engine : undefined;
  return {
    file,
    state,
    desired,
    engine,
    engineMissing: troubleOf(choice),
    ensureBases: async (references, onDetail) => {
      if (!engine) return;
      await makeBases(references, engine, yes, ({ name, detail }) => onDetail(`${name}: ${detail ?? ''}`));
    },
    clock: systemClock,
    log: createLog(rotated(state.log)),
    say: (text) => process.stderr.write(`${text}\n`),
  };
}

function rotated(log: string): string {
  const { size = 0 } = statSync(log, { throwIfNoEntry: false }) ?? {};
  if (size > MAX_LOG_BYTES) renameSync(log, `${log}.1`);
  return log;
}

function troubleOf(choice: EngineChoice): EngineTrouble {
  if (!('missing' in choice)) return { code: 'ENGINE_MISSING', reason: '', hint: '' };
  const { code, message, hint = '' } = choice.missing;
  return { code: ENGINE_CODES.find((it) => it === code) ?? 'ENGINE_MISSING', reason: message, hint };
}
