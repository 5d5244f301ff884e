/** Settings of a gateway: the command's choices, a clock and a log. */
import { systemClock } from '../../clock.ts';
import type { Desired } from '../../desired.ts';
import type { GatewaySettings } from '../../gateway.ts';
import { createLog, type Log } from '../../log.ts';
import { ENGINE_CODES, type EngineTrouble } from '../../model/observed.ts';
import type { StateDir } from '../../runtime/memory/state-dir.ts';
import { describeEngine } from '../../setup/describe-engine.ts';
import { LogFile } from '../../store/log-file.ts';
import { readKeptLogs } from '../stack/kept-logs.ts';
import { readRecord, writeRecord } from '../stack/stack-record.ts';
import { typingFor } from '../stack/typing.ts';
import { printError } from '../terminal/print.ts';
import { makeBases } from './bases.ts';
import type { EngineChoice } from './engine-choice.ts';

/** @param options `yes`: tools may be installed without asking */
export function gatewaySettings(
  file: string,
  state: StateDir,
  desired: Desired,
  choice: EngineChoice,
  { yes = false, watch }: { readonly yes?: boolean; readonly watch: boolean },
): GatewaySettings {
  const engine = 'engine' in choice ? choice.engine : undefined;
  return {
    file,
    state,
    desired,
    watches: watch,
    engine,
    engineName: engine && describeEngine(engine),
    engineMissing: troubleOf(choice),
    ensureBases: async (references, onDetail) => {
      if (!engine) return;
      await makeBases(references, engine, yes, ({ name, detail }) => onDetail(`${name}: ${detail ?? ''}`));
    },
    compiledBefore: readRecord(state)?.composeFile,
    earlierLogs: () => readKeptLogs(state),
    remember: ({ name, composeFile }) =>
      writeRecord(state, { name, composeFile, hadEngine: engine !== undefined }),
    clock: systemClock,
    openLog: (clean) => withWarnings(createLog(new LogFile(state.log), clean)),
    typing: typingFor(file),
    say: printError,
  };
}

/** Warnings of Node are defects of Hive or of its packages: the log has them, and no terminal. */
function withWarnings(log: Log): Log {
  process.on('warning', (warning) => log.warn({ err: warning }, 'warning of Node'));
  return log;
}

function troubleOf(choice: EngineChoice): EngineTrouble {
  if (!('missing' in choice)) return { code: 'ENGINE_MISSING', reason: '', hint: '' };
  const { code, message, hint = '' } = choice.missing;
  return { code: ENGINE_CODES.find((it) => it === code) ?? 'ENGINE_MISSING', reason: message, hint };
}
