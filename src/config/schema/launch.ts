/** Keys about starting a process: its command, its environment, its secrets. */
import { z } from 'zod';
import { duration, oneOrMany, pattern, scalar, VARIABLE_NAME, words } from './values.ts';

export const env = z.record(pattern(VARIABLE_NAME, 'must be a variable name such as API_KEY'), scalar);

export const launch = {
  env: env
    .describe('Environment variables; ${VAR} and ${VAR:-default} are resolved when the server starts.')
    .optional(),
  envFile: oneOrMany(z.string().min(1))
    .describe('Files of NAME=value lines for the server’s environment, relative to this file.')
    .optional(),
};

export const command = words
  .describe('The command to run: a command line, a list of words, or a program with its `args` beside it.')
  .optional();
export const args = z
  .array(scalar)
  .describe('Arguments of `command`, which then is one word: `["-y", "some-package"]`.')
  .optional();
export const stopGrace = duration
  .describe('How long the server may take to exit after SIGTERM before it is killed; default 10s.')
  .optional();

export const secret = z.union(
  [
    z.strictObject({
      file: z.string().min(1).describe('File that holds the secret, relative to this file: ./token.txt.'),
    }),
    z.strictObject({
      environment: pattern(VARIABLE_NAME, 'must be a variable name such as GITHUB_TOKEN').describe(
        'Environment variable that holds the secret: GITHUB_TOKEN.',
      ),
    }),
    z.strictObject({
      secret: pattern(VARIABLE_NAME, 'must be a name such as GITHUB_TOKEN').describe(
        'Name of a secret that Hive keeps, set by `hive secret set NAME`.',
      ),
    }),
  ],
  { error: 'must be { file: PATH }, { environment: VARIABLE } or { secret: NAME }' },
);
