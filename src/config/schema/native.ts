/**
 * Keys of an entry for a server that runs as a process on this machine. Strict: any other key is an error.
 */
import { z } from 'zod';
import { args, launch, stopGrace } from './launch.ts';
import { words } from './values.ts';
import { view } from './view.ts';

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
