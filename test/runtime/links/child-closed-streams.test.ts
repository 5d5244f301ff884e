/** Servers that close one of their streams and live on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openChild } from '../../../src/runtime/links/child.ts';
import { ask, collect } from '../../contract/collect.ts';

const SERVER = `${import.meta.dirname}/../../servers/closes-stdout.mjs`;

for (const stream of ['stdout', 'stdin'])
  test(`a server that closes its ${stream} and lives on must be reported as gone, and be ended`, async (t) => {
    const seen = collect();
    const options = { serverName: 's', command: process.execPath, args: [SERVER], env: {}, cwd: '/' };
    const link = await openChild(options, seen.events);
    t.after(() => link.close(0));
    await ask(link, seen, 1, 'tools/call', '{"arguments":{}}');
    const call = Buffer.from(
      `{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"arguments":{"close":"${stream}"}}}`,
    );
    await link.send(call);
    // A closed input shows when something is written to it.
    const timer = setInterval(() => void link.send(call).catch(() => {}), 20);
    t.after(() => clearInterval(timer));
    await seen.until(() => seen.closed.length > 0, 10_000);
    assert.deepEqual(seen.closed, [
      { message: `it closed its ${stream} and went on running, so it was ended` },
    ]);
    assert.throws(() => process.kill(link.pid as number, 0), { code: 'ESRCH' });
  });
