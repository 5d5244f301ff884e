/** Stack names under which gateways of this file have made containers, networks and volumes. */
import { createRecordFile } from '../../store/record-file.ts';

export interface MadeStacks {
  names(): readonly string[];
  /** True from the first container on until the volumes have been removed. */
  has(stackName: string): boolean;
  note(stackName: string): void;
  forget(stackName: string): void;
}

/** A stack name is changed rarely; the oldest are forgotten beyond this number. */
const MAX_NAMES = 64;

export function createMadeStacks(path: string): MadeStacks {
  const isEntry = (value: unknown): value is true => value === true;
  const names = createRecordFile<true>({ path, version: 1, maxEntries: MAX_NAMES, isEntry });
  return {
    names: () => names.keys(),
    has: (stackName) => names.get(stackName) === true,
    note(stackName) {
      if (names.get(stackName) === undefined) names.set(stackName, true);
    },
    forget: (stackName) => names.delete(stackName),
  };
}
