import assert from 'node:assert/strict';
import { test } from 'node:test';
import { contextSources } from '../../../src/config/build/dockerfile.ts';

for (const [what, dockerfile, sources] of [
  ['nothing', 'FROM a\nRUN b\n# COPY x y', []],
  ['files', 'FROM a\nCOPY a.txt ./src/ /app/', ['a.txt', 'src']],
  ['only other stages', 'FROM a AS b\nCOPY --from=b /x /y', []],
  ['flags and JSON', 'FROM a\nADD --chown=1:1 ["my file", "/x"]', ['my file']],
  [
    'URLs and here-documents',
    'FROM a\nADD https://x/y /z\nCOPY <<EOF /a\nCOPY not /this\nEOF\nCOPY b /b',
    ['b'],
  ],
  ['continued lines', 'FROM a\nCOPY a \\\n# note\n  b \\\n  /c', ['a', 'b']],
  ['everything', 'FROM a\ncopy . /app', undefined],
  ['patterns', 'FROM a\nCOPY *.json /app', undefined],
  ['variables', 'FROM a\nCOPY $SRC /app', undefined],
  ['mounts', 'FROM a\nRUN --mount=type=bind,target=/src make', undefined],
  ['caches', 'FROM a\nRUN --mount=type=cache,target=/root make', []],
] as const)
  test(`a Dockerfile that copies ${what} reads ${JSON.stringify(sources)}`, () =>
    assert.deepEqual(contextSources(dockerfile), sources));
