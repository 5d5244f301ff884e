import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { createStack, native } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';

test('a token of `hive token` must open the gateway once its digest is saved, and no longer once it is removed', async (t) => {
  const servers = { a: native('echo') };
  const stack = createStack(t, { servers });
  const hive = await stack.up();
  await hive.untilServer('a', 'ready');
  const ask = (token: string) =>
    fetch(hive.url.replace('/mcp', '/metrics'), { headers: { authorization: `Bearer ${token}` } });

  const { token, digest } = await make('laptop');
  assert.equal((await ask(token)).status, 200, 'without auth everybody is let in');

  stack.save({ servers, auth: { tokens: { laptop: digest } } });
  await untilStatus(() => ask('another'), 401);
  assert.equal((await ask(token)).status, 200);

  stack.save({ servers, auth: { tokens: { other: (await make('other')).digest } } });
  await untilStatus(() => ask(token), 401);
  assert.ok(!hive.output().includes(token));
});

test('an address that other machines can reach must be refused without auth, and served with it', async (t) => {
  const gateway = { host: '0.0.0.0', port: 0, discover: false };
  const stack = createStack(t, { gateway, servers: { a: native('echo') } });
  const refused = await stack.hive('validate');
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr + refused.stdout, /cannot listen on 0\.0\.0\.0 without `auth`/);
  const auth = { tokens: { x: `sha256:${'0'.repeat(64)}` } };
  stack.save({ gateway, auth, servers: { a: native('echo') } });
  const hive = await stack.up();
  const { port } = new URL(hive.url);
  assert.equal((await fetch(`http://127.0.0.1:${port}/health`)).status, 200);
  assert.equal((await fetch(`http://127.0.0.1:${port}/mcp`, { method: 'POST' })).status, 401);
});

async function make(name: string): Promise<{ token: string; digest: string }> {
  const { stdout } = await execa(process.execPath, [MAIN, 'token', name, '--json']);
  return JSON.parse(stdout);
}

async function untilStatus(ask: () => Promise<Response>, status: number): Promise<void> {
  while ((await ask()).status !== status) await new Promise((resolve) => setTimeout(resolve, 20));
}
