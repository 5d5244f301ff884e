/** The number of ports that a stack may publish. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadStack } from '../../../src/config/load.ts';
import { FileReader } from '../../../src/files/file-reader.ts';
import { memoryFiles } from '../../fuzz/config/memory-files.ts';

const FILE = '/x/stack.yaml';

test('the servers of a stack may publish 10,000 ports', async () => {
  const ranges = Array.from({ length: 10 }, (_, index) => `"${index + 11}001-${index + 12}000:80"`);
  for (const [ports, isAllowed] of [
    [ranges, true],
    [[...ranges, '"40000:80"'], false],
  ] as const) {
    const text = `servers: { a: { image: x, ports: [${ports}] } }`;
    const loading = loadStack(FILE, {}, new FileReader(memoryFiles(new Map([[FILE, Buffer.from(text)]]))));
    if (isAllowed) await loading;
    else await assert.rejects(loading, /publish more than 10000 ports/);
  }
});
