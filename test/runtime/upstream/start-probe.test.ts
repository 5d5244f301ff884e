/** How long an error is held back while the server is asked whether it is still the same. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MODERN_CALLER } from '../../helpers/caller.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';
import { connect, HELLO, parse, script, tool } from './harness.ts';

test('a suspicious error must be held back for 5 s at most', async () => {
  const discovered = { result: { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } } };
  let asked = 0;
  const { open } = script({
    ...HELLO,
    // Silent once it has started.
    'server/discover': () => (asked++ === 0 ? discovered : (undefined as unknown as object)),
    'tools/call': () => ({ error: { code: -32_601, message: 'no' } }),
  });
  const clock = fakeClock(0);
  const { upstream } = await connect('s', { open, clock });
  let code: number | undefined;
  void upstream.call(tool({}), MODERN_CALLER).reply.then((reply) => {
    ({ code } = parse(reply));
  });
  await new Promise(setImmediate);
  clock.advance(4_999);
  await new Promise(setImmediate);
  assert.deepEqual([asked, code], [2, undefined]);
  clock.advance(1);
  await new Promise(setImmediate);
  assert.equal(code, -32_601);
  await upstream.close(0);
});
