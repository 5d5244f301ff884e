/** The guarantee of the tests themselves: a killed run leaves nothing behind. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { dockerLines } from '../helpers/docker.ts';
import { isAlive, pidsOf } from '../helpers/processes.ts';
import { eventually } from '../helpers/tools.ts';

const HARNESS = join(import.meta.dirname, '../helpers/hive.ts');
const MARKER = `--harness-${process.pid}`;

const VICTIM = `
import { createStack, container, native } from ${JSON.stringify(HARNESS)};
const t = { name: 'victim', passed: true, after() {} };
const stack = createStack(t, { servers: { box: container('echo'), proc: native('echo', ${JSON.stringify(MARKER)}) } });
const hive = await stack.up();
await hive.until('all are ready', ({ servers }) => servers.every(({ state }) => state === 'ready'));
console.log(JSON.stringify({ name: stack.name, folder: stack.folder, gateway: hive.child.pid }));
await new Promise(() => setInterval(() => {}, 1000));
`;

test('a test run killed with -9 must leave no gateway, process, container, network or folder', async (t) => {
  const victim = spawn(process.execPath, ['--input-type=module-typescript', '-e', VICTIM], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => victim.kill('SIGKILL'));
  const [line] = await once(createInterface({ input: victim.stdout }), 'line');
  const { name, folder, gateway } = JSON.parse(line);
  assert.ok(isAlive(gateway));
  const labelled = ['--filter', `label=mcp.stack=${name}`];
  assert.equal((await dockerLines('ps', '-q', ...labelled)).length, 1);
  victim.kill('SIGKILL');
  await eventually('the gateway is gone', () => !isAlive(gateway));
  await eventually('its processes are gone', () => pidsOf(MARKER).length === 0);
  await eventually('its containers are gone', async () => {
    return (await dockerLines('ps', '-aq', ...labelled)).length === 0;
  });
  await eventually('its folder is gone', () => !existsSync(folder));
  const project = ['--filter', `label=com.docker.compose.project=${name}`];
  assert.deepEqual(await dockerLines('network', 'ls', '-q', ...project), []);
});
