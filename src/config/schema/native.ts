/**
 * Keys of an entry for a server that runs as a process on this machine. Strict: any other key is an error.
 */
import { z } from 'zod';
import { args, launch, stopGrace } from './launch.ts';
import { pattern, words } from './values.ts';
import { view } from './view.ts';

const PATTERN = 'must be names of variables, or patterns such as AWS_*';

/** Keys that `defaults.native` may set for all native servers. */
export const nativeDefaults = {
  inheritEnv: z
    .union([z.boolean(), z.array(pattern(/^[A-Za-z_*][A-Za-z0-9_*]*$/, PATTERN))], { error: PATTERN })
    .describe('Variables of the gateway’s environment to pass on: `[AWS_PROFILE, "KUBE*"]`, or true for all.')
    .optional(),
};

export const nativeSchema = z
  .strictObject({
    type: z
      .enum(['native', 'stdio'])
      .describe('Runs as a process on this machine; may be left out. stdio is what IDEs write.')
      .optional(),
    command: words.describe(
      'The command to run: a command line, a list of words, or a program with its `args` beside it.',
    ),
    args,
    ...launch,
    ...nativeDefaults,
    workdir: z
      .string()
      .min(1)
      .describe('Working directory, relative to this file; default this file’s folder.')
      .optional(),
    stopGrace,
    ...view,
  })
  .meta({ id: 'native', description: 'A server that runs as a process on this machine.' });

export type NativeInput = z.output<typeof nativeSchema>;
