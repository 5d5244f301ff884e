import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { container, createStack } from '../helpers/hive.ts';
import { eventually } from '../helpers/tools.ts';

/** Written as Compose requires. */
const SPELT = '${HIVE_TEST_UNSET:-one} $ $${two}';

test('each requested link must be used', async (t) => {
  const stack = createStack(t, {
    servers: {
      attached: { ...container('environment', SPELT), link: 'attach' },
      execd: { ...container('environment', SPELT), link: 'exec', workdir: '/tmp', env: { WHERE: 'exec' } },
    },
  });
  const hive = await stack.up();
  const { servers } = await hive.until('both are ready', (it) =>
    it.servers.every(({ state }) => state === 'ready'),
  );
  assert.deepEqual(
    servers.map(({ link }) => link),
    ['attach', 'exec'],
  );
  const client = await hive.client();
  const execd = await look(client, 'execd_echo');
  assert.deepEqual([execd.argv, execd.cwd, execd.env.WHERE], [['one $ ${two}'], '/tmp', 'exec']);
  assert.deepEqual((await look(client, 'attached_echo')).argv, ['one $ ${two}']);
});

test('secrets and env files must reach the container, and a changed one must replace it', async (t) => {
  const stack = createStack(t, {});
  const put = (name: string, text: string): void => writeFileSync(join(stack.folder, name), text);
  put('key.txt', 'from-a-file');
  put('box.env', 'PLAIN=from-env-file\n');
  put('.env', 'HIVE_TEST_SECRET=from-environment\n');
  const read = `for (const name of ['file_key', 'env_key'])
    process.env[name] = require('node:fs').readFileSync('/run/secrets/' + name, 'utf8');
    import('/servers/environment.mjs');`;
  const box = {
    ...container('environment'),
    command: ['node', '-e', read],
    envFile: 'box.env',
    secrets: { file_key: { file: 'key.txt' }, env_key: { environment: 'HIVE_TEST_SECRET' } },
  };
  stack.save({ servers: { box } });
  const hive = await stack.up();
  await hive.untilServer('box', 'ready');
  const client = await hive.client();
  const values = async (): Promise<unknown[]> => {
    const { env } = await look(client, 'box_echo');
    return [env.file_key, env.env_key, env.PLAIN];
  };
  assert.deepEqual(await values(), ['from-a-file', 'from-environment', 'from-env-file']);
  const [compiled] = [await stack.hive('compile')];
  assert.equal(compiled.exitCode, 0);

  const changes: [string, string, number, string][] = [
    ['key.txt', 'second-file', 0, 'second-file'],
    ['.env', 'HIVE_TEST_SECRET=second-environment\n', 1, 'second-environment'],
    ['box.env', 'PLAIN=second-env-file\n', 2, 'second-env-file'],
  ];
  for (const [name, text, index, value] of changes) {
    put(name, text);
    await eventually(`${name} has arrived`, async () => (await values())[index] === value);
  }
});

interface Looked {
  readonly env: Readonly<Record<string, string>>;
  readonly argv: readonly string[];
  readonly cwd: string;
}

async function look(client: Client, name: string): Promise<Looked> {
  return (await client.callTool({ name, arguments: {} })).structuredContent as unknown as Looked;
}
