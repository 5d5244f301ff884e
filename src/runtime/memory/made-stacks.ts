/** Stack names under which gateways of this file have made containers, networks and volumes. */
import { createRecordFile } from '../../store/record-file.ts';

export interface MadeStacks {
  names(): readonly string[];
  /** True from the first container on until the volumes have been removed. */
  has(stackName: string): boolean;
  /** True from the first container on until the images that were built have been removed as well. */
  hasImages(stackName: string): boolean;
  note(stackName: string): void;
  /** Another file may use the name from now on, and have volumes of it. */
  forgetVolumes(stackName: string): void;
  /** Forgets the name, if its volumes have been forgotten. */
  forgetImages(stackName: string): void;
}

/** A stack name is changed rarely; the oldest are forgotten beyond this number. */
const MAX_NAMES = 64;

/** What there may be under a name: everything, or images alone. */
type Made = true | 'images';

export function createMadeStacks(path: string): MadeStacks {
  const isEntry = (value: unknown): value is Made => value === true || value === 'images';
  const names = createRecordFile<Made>({ path, version: 1, maxEntries: MAX_NAMES, isEntry });
  return {
    names: () => names.keys(),
    has: (stackName) => names.get(stackName) === true,
    hasImages: (stackName) => names.get(stackName) !== undefined,
    note(stackName) {
      if (names.get(stackName) !== true) names.set(stackName, true);
    },
    forgetVolumes: (stackName) => names.set(stackName, 'images'),
    forgetImages(stackName) {
      if (names.get(stackName) === 'images') names.delete(stackName);
    },
  };
}
