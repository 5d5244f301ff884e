/** Whether the gateway could listen where the config wants it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { portFault } from '../../../src/cli/stack/port-check.ts';

test('a port must be told as taken while somebody listens, and as free after that', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  assert.equal(await portFault('127.0.0.1', port), 'EADDRINUSE');
  other.close();
  await once(other, 'close');
  assert.equal(await portFault('127.0.0.1', port), undefined);
});
