/** Secrets that Hive keeps: set, used, changed while a gateway runs, damaged, removed. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { container, createStack, native, type Running, type Stack } from '../helpers/hive.ts';

const ask = async (hive: Running, server: string): Promise<string> => {
  const client = await hive.client();
  const result = await client.callTool({ name: `${server}_echo`, arguments: {} });
  return JSON.stringify(result);
};

async function set(stack: Stack, name: string, value: string): Promise<string> {
  const file = `${stack.folder}.value`;
  writeFileSync(file, `${value}\n`);
  const { exitCode, stdout, stderr } = await stack.hive('secret', 'set', name, '--file', file);
  rmSync(file);
  assert.equal(exitCode, 0, stderr);
  return stdout;
}

const storeOf = (stack: Stack): string => {
  const folder = join(stack.folder, '.state/secrets');
  return join(folder, readdirSync(folder).find((name) => name.endsWith('.json')) ?? '');
};

test('a secret must reach its servers, and a changed one restart only those, without a failed call', async (t) => {
  const uses = { ...native('environment'), env: { TOKEN: '${secret:TOKEN}' } };
  const stack = createStack(t, { servers: { uses, other: native('counts') } });
  const hive = await stack.up();
  await hive.untilServer('other', 'ready');
  const count = async (): Promise<string> => {
    const { content } = await (await hive.client()).callTool({ name: 'other_count', arguments: {} });
    return (content as { text: string }[])[0]?.text ?? '';
  };
  assert.equal(await count(), '1');
  const { reason, hint } = await hive.untilServer('uses', 'failed');
  assert.equal(reason, 'the secret TOKEN is not set');
  assert.match(hint ?? '', /hive.* secret set TOKEN$/);

  assert.match(
    await set(stack, 'TOKEN', 'first-value'),
    /^TOKEN is kept for this stack, encrypted; the key is/,
  );
  await hive.untilServer('uses', 'ready');
  assert.match(await ask(hive, 'uses'), /first-value/);

  const calls = await hive.client();
  let isDone = false;
  const looping = (async () => {
    while (!isDone) await calls.callTool({ name: 'uses_echo', arguments: {} });
  })();
  await set(stack, 'TOKEN', 'second-value');
  while (!(await ask(hive, 'uses')).includes('second-value'))
    await new Promise((done) => setTimeout(done, 50));
  isDone = true;
  await looping;
  assert.equal(await count(), '2', 'a server without the secret runs on');

  // A store that is damaged changes nothing of what runs, and is told.
  const path = storeOf(stack);
  const whole = readFileSync(path);
  writeFileSync(path, whole.subarray(0, 40));
  const { troubles } = await hive.until('the damage is told', (status) => status.troubles.length > 0);
  assert.equal(troubles[0]?.code, 'SECRETS_FAILED');
  assert.match(await ask(hive, 'uses'), /second-value/);
  const { exitCode, stdout } = await stack.hive('doctor');
  assert.equal(exitCode, 1);
  assert.match(stdout, /BAD {2}secrets +SECRETS_FAILED: \S+ is damaged/);
  writeFileSync(path, whole);
  await hive.until('the damage is mended', (status) => status.troubles.length === 0);
  assert.match(await ask(hive, 'uses'), /second-value/);

  const listed = await stack.hive('secret', 'list');
  assert.match(listed.stdout, /^TOKEN +this stack +\d{4}-\S+ \S+ +uses *$/m);
  assert.equal((await stack.hive('secret', 'rm', 'TOKEN')).exitCode, 0);
  await hive.until('the secret is missing', ({ servers }) =>
    servers.some(({ serverName, reason }) => serverName === 'uses' && /TOKEN is not set/.test(reason ?? '')),
  );
});

test('a container must get a secret as a file, which inspect does not show, and nothing be kept in clear', async (t) => {
  const value = 'QQ-kept-in-a-container-QQ';
  const stack = createStack(t, {
    servers: {
      box: {
        ...container('environment'),
        secrets: { token: { secret: 'TOKEN' } },
        env: { TOKEN_FILE: '/run/secrets/token' },
      },
    },
  });
  await set(stack, 'TOKEN', value);
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  const id = (await stack.containers()).get('box') ?? '';
  assert.equal((await execa('docker', ['exec', id, 'cat', '/run/secrets/token'])).stdout, value);
  assert.doesNotMatch((await execa('docker', ['inspect', id])).stdout, new RegExp(value));
  assertNowhere(t, stack, value);
});

function assertNowhere(t: TestContext, { folder }: Stack, value: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((it) => it.isFile());
  t.diagnostic(`${files.length} files`);
  for (const { parentPath, name } of files)
    assert.ok(!readFileSync(join(parentPath, name)).includes(value), `${parentPath}/${name}`);
}

test('a value must come from stdin too, and never from an argument', async (t) => {
  const stack = createStack(t, { servers: {} });
  const { exitCode, stderr } = await stack.hive('secret', 'set', 'TOKEN=abc');
  assert.equal(exitCode, 2);
  assert.match(stderr, /error USAGE: a value is never an argument.*\n {2}fix: .*secret.* set TOKEN,/);
  assert.equal((await stack.hive('secret', 'set', 'TOKEN', 'abc')).exitCode, 2);
  assert.match((await stack.hive('secret', 'set', 'TOKEN')).stderr, /VALUE_INVALID: the value is empty/);
  const unknown = await stack.hive('secret', 'rm', 'TOKEN');
  assert.match(unknown.stderr, /SECRET_UNKNOWN: there is no secret "TOKEN" for this stack/);
});
