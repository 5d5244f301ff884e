/** Fuzzes the grammar of `.env` and `envFile`. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { EnvFileError, parseEnvFile } from '../../../src/files/env-file.ts';
import { MAX_ENV_BYTES } from '../../../src/files/limits.ts';
import { withinCost } from '../cost.ts';
import { envText, OUTSIDE } from '../env-texts.ts';
import { pureTarget } from '../target.ts';

export const envFileTarget = pureTarget<string>(
  'env-file',
  'a file of variables has names and values, or an EnvFileError with a line of the file that quotes no value, at a cost in proportion to its size',
  fc
    .tuple(
      envText,
      fc.oneof({ weight: 30, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(2_000) }),
    )
    .map(([text, times]) => text.repeat(times).slice(0, MAX_ENV_BYTES)),
  async (text) => {
    await withinCost(text.length, 20, () => {
      try {
        const found = parseEnvFile(text, (name) => OUTSIDE[name]);
        for (const [name, value] of Object.entries(found))
          assert.ok(/^\S+$/.test(name) && typeof value === 'string', name);
        assert.deepEqual(
          { ...parseEnvFile(`${text}\n# a comment\n`, (name) => OUTSIDE[name]) },
          { ...found },
        );
      } catch (thrown) {
        if (!(thrown instanceof EnvFileError)) throw thrown;
        assert.ok(thrown.line >= 1 && thrown.line <= text.split('\n').length, `line ${thrown.line}`);
        assert.ok(thrown.message.length < 120 && !thrown.message.includes('out$x'), thrown.message);
      }
    });
  },
);
