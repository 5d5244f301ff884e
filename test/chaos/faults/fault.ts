/** A fault: something that the run does to the stack. */
import { execa } from 'execa';
import type { World } from '../world.ts';

export interface Fault {
  readonly name: string;
  /** How often it is drawn; undefined for never. A gentle fault must not make a single call fail. */
  readonly gentle?: number;
  readonly storm?: number;
  /** True if it kills something; `run` then resolves with false if there was nothing to kill. */
  readonly kills?: boolean;
  readonly fits?: (world: World) => boolean;
  run(world: World): Promise<unknown>;
}

export const docker = (...args: string[]) => execa('docker', args, { reject: false, timeout: 20_000 });

export const anyServer = ({ random, base }: World): string => random.pick(Object.keys(base));
