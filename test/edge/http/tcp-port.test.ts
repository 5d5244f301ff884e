/** The program that has the port already. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { listen } from '../../../src/edge/http/tcp-port.ts';

test('the holder of the port must have 5 s to say who it is', async (t) => {
  const holder = createServer((_, response) =>
    response.end('{"name":"hive","stack":"a","pid":7,"file":"/a b/h.yaml"}'),
  );
  t.after(() => holder.close());
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  const timeout = t.mock.method(AbortSignal, 'timeout');
  await assert.rejects(
    listen(createServer(), '127.0.0.1', port),
    ({ message, hint }: { message: string; hint: string }) => {
      assert.match(message, /taken by the gateway of the stack a \(pid 7\)/);
      assert.match(hint, /^end it: npx hive down -c '\/a b\/h\.yaml'; or choose another/);
      return true;
    },
  );
  assert.deepEqual(
    timeout.mock.calls.map(({ arguments: [ms] }) => ms),
    [5_000],
  );
});
