/** Bodies of refusals: the status counts, whatever the body does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRefusal } from '../../../../src/runtime/links/http/body.ts';

const allowance = {
  isUsedUp: false,
  slice: (chunk: Buffer, read: (chunk: Buffer) => undefined) => read(chunk),
} as unknown as Parameters<typeof readRefusal>[1];

test('the body of a refusal must be read up to a megabyte, and no further', async () => {
  let read = 0;
  let isEnded = false;
  async function* endless() {
    try {
      for (;;) {
        read += 1;
        yield Buffer.alloc(256 * 1024, 'x');
      }
    } finally {
      isEnded = true;
    }
  }
  const body = await readRefusal(endless() as unknown as Parameters<typeof readRefusal>[0], allowance);
  assert.deepEqual([body.length, read, isEnded], [1024 * 1024, 4, true]);
});
