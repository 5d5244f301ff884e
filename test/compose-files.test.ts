/** Two stacks in one folder must not write one compiled file. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../src/clock.ts';
import { keepCompiledFile, writeCompiledFile } from '../src/compose-files.ts';
import { type Desired, loadDesired } from '../src/desired.ts';
import { processFiles } from '../src/files/process-files.ts';
import { stackFolder } from './helpers/stack-folder.ts';

/** A folder with two configs that have a container each, and their common compiled file. */
async function twoStacks(t: TestContext) {
  const { folder, state } = stackFolder(t);
  const load = (file: string, text: string): Promise<Desired> => {
    writeFileSync(file, text);
    return loadDesired({ file, state, clock: systemClock });
  };
  const [a, b] = [join(folder, 'a.yaml'), join(folder, 'b.yaml')];
  return {
    compiled: join(folder, 'docker-compose.mcp.yml'),
    a,
    first: await load(a, 'servers: { one: { image: x } }'),
    second: await load(b, 'servers: { two: { image: x } }'),
    native: await load(b, 'servers: { two: { command: x } }'),
  };
}

test('the compiled file of a stack must not be replaced by that of its neighbour, which is told what to do', async (t) => {
  const { compiled, first, second } = await twoStacks(t);
  await keepCompiledFile(first, processFiles);
  const text = readFileSync(compiled, 'utf8');
  const refused = {
    code: 'CONFIG_INVALID',
    message: /docker-compose\.mcp\.yml is the compiled file of .*\/a\.yaml$/,
    hint: 'give b.yaml a compiled file of its own: `composeFile: docker-compose.b.yml`',
  };
  await assert.rejects(keepCompiledFile(second, processFiles), refused);
  await assert.rejects(writeCompiledFile(second.stack, second.compiled.yaml), refused);
  assert.equal(readFileSync(compiled, 'utf8'), text);
});

test('a neighbour without containers must leave the compiled file alone', async (t) => {
  const { compiled, first, native } = await twoStacks(t);
  await keepCompiledFile(first, processFiles);
  const text = readFileSync(compiled, 'utf8');
  await keepCompiledFile(native, processFiles);
  assert.equal(readFileSync(compiled, 'utf8'), text);
});

test('the compiled file of a config that is gone must be replaced, as after a move', async (t) => {
  const { compiled, a, first, second } = await twoStacks(t);
  await keepCompiledFile(first, processFiles);
  rmSync(a);
  assert.ok(existsSync(compiled));
  await keepCompiledFile(second, processFiles);
  assert.match(readFileSync(compiled, 'utf8'), /^# Written by Hive from b\.yaml/);
});
