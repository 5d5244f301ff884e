/** A gateway that is stuck must hide neither the others from `hive ls`, nor its stack from `hive uninstall`. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { askGateway } from '../../../src/cli/machine/ask-gateway.ts';
import { gateway } from '../fixtures.ts';

async function folderWith(t: TestContext, answer?: RequestListener): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'hive-ask-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (answer === undefined) return folder;
  const server = createServer(answer).listen(join(folder, 'control.sock'));
  t.after(() => server.close());
  await once(server, 'listening');
  return folder;
}

test('a gateway that answers must be asked for its status', async (t) => {
  const status = gateway([]);
  const folder = await folderWith(t, (_, response) => response.end(JSON.stringify(status)));
  assert.deepEqual(await askGateway(folder), status);
});

test('a folder without a gateway must have none, whether or not it was ever up', async (t) => {
  assert.equal(await askGateway(await folderWith(t)), 'none');
  assert.equal(await askGateway('/nonexistent'), 'none');
});

test('what listens and gives no status must be silent', async (t) => {
  const failing = await folderWith(t, (_, response) => response.writeHead(500).end('no JSON'));
  assert.equal(await askGateway(failing), 'silent');
  const lying = await folderWith(t, (_, response) => response.end('hello'));
  assert.equal(await askGateway(lying), 'silent');
});
