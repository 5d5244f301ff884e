/** Fuzzes the reading of config files. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { compile } from '../../../src/compile/compile.ts';
import { loadStack } from '../../../src/config/load.ts';
import { ConfigError, renderConfigError } from '../../../src/config/source/diagnostics.ts';
import { FileReader } from '../../../src/files/file-reader.ts';
import type { Stack } from '../../../src/model/stack.ts';
import { PREFIX, SERVER_NAME, STACK_NAME } from '../../../src/model/text/grammar.ts';
import { configText } from '../config/config-texts.ts';
import { memoryFiles } from '../config/memory-files.ts';
import { withinCost } from '../cost.ts';
import { pureTarget } from '../target.ts';

const FOLDER = '/fuzz';
/** Microseconds for each byte: about ten times what a large file takes. */
const COST = 60;
/** Characters of all problems as they are printed, beyond the size of the files. */
const MAX_PRINTED = 200_000;

interface Input {
  readonly name: 'stack.yaml' | 'stack.json';
  readonly text: string;
  readonly included: string;
  /** True for bytes that are not UTF-8. */
  readonly isLatin1: boolean;
}

export const configTarget = pureTarget<Input>(
  'config',
  'any file is a stack or a ConfigError whose problems each have a path and a line of the files, at a cost in proportion to its size',
  fc.record({
    name: fc.constantFrom('stack.yaml', 'stack.json'),
    text: configText,
    included: fc.oneof(
      { weight: 3, arbitrary: fc.constant('servers: {}\n') },
      { weight: 1, arbitrary: configText },
    ),
    isLatin1: fc.oneof(
      { weight: 20, arbitrary: fc.constant(false) },
      { weight: 1, arbitrary: fc.constant(true) },
    ),
  }),
  async ({ name, text, included, isLatin1 }) => {
    const files = new Map([
      [`${FOLDER}/${name}`, Buffer.from(text, isLatin1 ? 'latin1' : 'utf8')],
      [`${FOLDER}/i0.yaml`, Buffer.from(included)],
      [`${FOLDER}/Dockerfile`, Buffer.from('FROM x\n')],
    ]);
    const size = text.length + included.length;
    await withinCost(size, COST, async () => {
      try {
        checkStack(
          await loadStack(`${FOLDER}/${name}`, { A: 'a', B: '' }, new FileReader(memoryFiles(files))),
        );
      } catch (thrown) {
        if (!(thrown instanceof ConfigError)) throw thrown;
        checkProblems(thrown, files, size);
      }
    });
  },
);

function checkStack(stack: Stack): void {
  assert.match(stack.name, STACK_NAME);
  for (const { serverName, view } of stack.servers) {
    assert.match(serverName, SERVER_NAME);
    assert.match(view.prefix, PREFIX);
  }
  const { units } = compile(stack);
  assert.equal(units.length, stack.servers.length);
}

function checkProblems(error: ConfigError, files: ReadonlyMap<string, Buffer>, size: number): void {
  assert.ok(error.problems.length > 0, error.stack);
  for (const { place, message, column, length } of error.problems) {
    const bytes = files.get(place.path);
    assert.ok(bytes, `${place.path} is none of the files: ${message}`);
    const lines = bytes.toString().split(/\n/).length;
    assert.ok(place.line >= 1 && place.line <= lines, `line ${place.line} of ${lines}: ${message}`);
    assert.ok(column >= 1 && length >= 1, message);
  }
  const printed = renderConfigError(error, FOLDER).length;
  assert.ok(printed <= size + MAX_PRINTED, `${printed} characters are printed`);
}
