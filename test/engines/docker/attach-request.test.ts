import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { systemClock } from '../../../src/clock.ts';
import { createDockerEngine } from '../../../src/engines/docker/docker-engine.ts';

test('nothing but the input of the caller may reach a process that is attached to', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'hive-attach-'));
  t.after(() => rmSync(folder, { recursive: true }));
  let received = '';
  const server = createServer((socket) => {
    socket.on('data', (chunk) => {
      const isFirst = received === '';
      received += chunk;
      if (isFirst) socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      if (received.endsWith('hello\n')) socket.end();
    });
  });
  const socketPath = join(folder, 'engine.sock');
  server.listen(socketPath);
  await once(server, 'listening');
  t.after(() => server.close());
  const engine = createDockerEngine({ url: `unix://${socketPath}`, env: {} }, systemClock);
  const output = { stdout() {}, stderr() {} };
  const streams = await engine.attach('c1', { hasInput: true, hasTerminal: false }, output);
  streams.stdin.write('hello\n');
  await streams.ended;
  const [head, ...rest] = received.split('\r\n\r\n');
  assert.match(head ?? '', /^POST \/containers\/c1\/attach\?\S*stdin=true/);
  assert.match(head ?? '', /^content-length: 0$/im);
  assert.equal(rest.join('\r\n\r\n'), 'hello\n');
});
