/** Compares the grammar of `envFile` with the Docker Compose that is installed. Only for long runs: Compose is slow. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { EnvFileError, parseEnvFile } from '../../../src/files/env-file.ts';
import { envText, OUTSIDE } from '../env-texts.ts';
import type { Target } from '../target.ts';

type Values = Readonly<Record<string, string | null>>;

export const envComposeTarget: Target<readonly string[]> = {
  name: 'env-compose',
  oracle:
    'a file that Hive reads has the same names and values for Docker Compose; Hive may refuse a file that Compose reads, never the other way round',
  inputs: fc.array(envText, { minLength: 1, maxLength: 30 }),
  async open() {
    const folder = mkdtempSync(join(tmpdir(), 'hive-fuzz-env-'));
    return {
      check(texts) {
        const accepted = texts.flatMap((text) => {
          const values = hiveValues(text);
          return values ? [{ text, values }] : [];
        });
        const read = composeValues(
          folder,
          accepted.map(({ text }) => text),
        );
        for (const [index, { text, values }] of accepted.entries())
          assert.deepEqual(known(read[index] ?? {}, values), values, JSON.stringify(text));
      },
      close: () => rmSync(folder, { recursive: true }),
    };
  },
};

/** Undefined for a file that Hive refuses. */
function hiveValues(text: string): Values | undefined {
  try {
    return { ...parseEnvFile(text, (name) => OUTSIDE[name]) };
  } catch (thrown) {
    if (thrown instanceof EnvFileError) return undefined;
    throw thrown;
  }
}

/** Compose also gives names without a value, which Hive takes from the environment later. */
const known = (all: Values, values: Values): Values =>
  Object.fromEntries(
    Object.entries(all).filter(
      ([name, value]) => Object.hasOwn(values, name) || (value !== null && OUTSIDE[name] !== value),
    ),
  );

function composeValues(folder: string, texts: readonly string[]): Values[] {
  if (texts.length === 0) return [];
  const services = texts.map((text, index) => {
    writeFileSync(join(folder, `${index}.env`), text);
    return [`s${index}`, { image: 'x', env_file: [`${index}.env`] }];
  });
  const file = join(folder, 'compose.json');
  writeFileSync(file, JSON.stringify({ name: 'fuzz', services: Object.fromEntries(services) }));
  const { PATH, HOME } = process.env;
  const options = { env: { PATH, HOME, ...OUTSIDE }, encoding: 'utf8', stdio: 'pipe' } as const;
  const output = execFileSync('docker', ['compose', '-f', file, 'config', '--format', 'json'], options);
  const parsed = JSON.parse(output) as { services: Record<string, { environment?: Values }> };
  // Compose doubles each $ of what it prints, since the output is a Compose file again.
  return texts.map((_, index) =>
    Object.fromEntries(
      Object.entries(parsed.services[`s${index}`]?.environment ?? {}).map(([name, value]) => [
        name,
        value?.replaceAll('$$', '$') ?? null,
      ]),
    ),
  );
}
