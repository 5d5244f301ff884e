/** Remembers which commands have run containers for native servers, to remove what a killed gateway left. */
import { createHmac } from 'node:crypto';
import { createRecordFile } from '../../../store/record-file.ts';
import type { StateDir } from '../../memory/state-dir.ts';
import { type EngineCommand, removeOfStack } from './engine-run.ts';

/** Commands and engines are few, and rarely changed. */
const MAX_COMMANDS = 32;

/** Variables that say which engine a command talks to. */
const ENGINE_VARIABLE = /^(?:DOCKER_|CONTAINER_|PATH$|HOME$|XDG_)/;

type RunsState = Pick<StateDir, 'runs' | 'valuesKey'>;

export interface EngineRuns {
  /** Value of the label that all containers of this stack carry. */
  readonly stack: string;
  /**
   * Resolves once what an earlier gateway left is removed, before the first container is run. Remembers the
   * command, until its containers are removed.
   */
  begin(engine: EngineCommand): Promise<void>;
  /** Removes all containers of the stack. @returns how many there were */
  removeAll(): Promise<number>;
  /** The same, once and in the background, if there may be any. */
  sweep(): void;
}

/** Machines that share an engine may have the same paths, and have keys of their own. */
export function createEngineRuns(state: RunsState): EngineRuns {
  let label: string | undefined;
  // The key is made at its first use, and most stacks have none.
  const stack = (): string => {
    label ??= createHmac('sha256', state.valuesKey).update(state.runs).digest('hex').slice(0, 16);
    return label;
  };
  const path = state.runs;
  const file = createRecordFile<EngineCommand>({ path, version: 1, maxEntries: MAX_COMMANDS, isEntry });
  const removeAll = async (): Promise<number> => {
    let count = 0;
    for (const key of file.keys()) {
      const engine = file.get(key);
      if (engine) count += await removeOfStack(engine, stack());
      file.delete(key);
    }
    return count;
  };
  let swept: Promise<unknown> | undefined;
  return {
    get stack() {
      return stack();
    },
    async begin({ command, options, env }) {
      swept ??= removeAll();
      await swept;
      const known = Object.entries(env).filter(([name]) => ENGINE_VARIABLE.test(name));
      const engine = { command, options, env: Object.fromEntries(known) };
      const key = JSON.stringify(engine);
      if (!file.get(key)) file.set(key, engine);
    },
    removeAll,
    sweep() {
      swept ??= removeAll();
    },
  };
}

function isEntry(value: unknown): value is EngineCommand {
  const { command, options, env } = Object(value) as Record<string, unknown>;
  return typeof command === 'string' && Array.isArray(options) && typeof env === 'object' && env !== null;
}
