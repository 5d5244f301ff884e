/**
 * Golden cases: each folder has `stack.yaml` or `stack.json` and the expected result,
 * `docker-compose.mcp.yml` or `error.txt`. HIVE_UPDATE_GOLDEN=1 writes the present results; read the
 * difference before you commit it.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { compile, compiledIsOurs } from '../../src/compile/compile.ts';
import { loadStack } from '../../src/config/load.ts';
import { ConfigError, renderProblems } from '../../src/config/source/diagnostics.ts';

const GOLDEN = join(import.meta.dirname, '../golden');
const SECRET = 'the-value-of-the-token';
const VALUES = { HIVE_GOLDEN_TOKEN: SECRET, HIVE_GOLDEN_HOME: '/home/golden' };
const run = promisify(execFile);

for (const name of readdirSync(GOLDEN).sort()) {
  test(`golden: ${name}`, async () => {
    const folder = join(GOLDEN, name);
    const result = await compileCase(folder);
    expectFile(join(folder, 'docker-compose.mcp.yml'), result.yaml);
    expectFile(join(folder, 'error.txt'), result.error);
    assert.ok(!(result.yaml ?? result.error ?? '').includes(SECRET), 'the value of a variable was shown');
    if (result.yaml !== undefined) await composeAccepts(join(folder, 'docker-compose.mcp.yml'));
  });
}

interface Result {
  readonly yaml?: string;
  readonly error?: string;
}

async function compileCase(folder: string): Promise<Result> {
  const file = ['stack.yaml', 'stack.json'].map((name) => join(folder, name)).find(existsSync);
  assert.ok(file, `${folder} has no stack.yaml or stack.json`);
  try {
    const { yaml } = compile(await loadStack(file, VALUES));
    assert.ok(compiledIsOurs(yaml));
    return { yaml };
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return { error: `${renderProblems(error, folder)}\n` };
  }
}

function expectFile(path: string, text: string | undefined): void {
  if (process.env.HIVE_UPDATE_GOLDEN === '1' && text !== undefined) writeFileSync(path, text);
  const expected = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  assert.equal(text, expected);
}

async function composeAccepts(file: string): Promise<void> {
  const env = { ...process.env, ...VALUES };
  await run('docker', ['compose', '-f', file, 'config', '-q'], { env }).catch((error: Error) => {
    assert.fail(
      `the real docker compose must accept ${file} (is the compose plugin installed?): ${error.message}`,
    );
  });
}
