import assert from 'node:assert/strict';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { freePort } from '../helpers/free-port.ts';
import { container, createStack, SERVERS } from '../helpers/hive.ts';

/** A server whose only tool returns a variable and two secrets. */
const TELLS = `
import { serve, text } from '/servers/serve.mjs';
import { readFileSync } from 'node:fs';
const read = (name) => readFileSync('/run/secrets/' + name, 'utf8');
serve({ 'tools/call': () => text([process.env.FROM_FILE, read('from_file'), read('from_env')].join(' ')) });
`;

test('variables of an env file and secrets must reach the container, but no file of Hive', async (t) => {
  const stack = createStack(t, { servers: {} });
  writeFileSync(join(stack.folder, 'tells.mjs'), TELLS);
  writeFileSync(join(stack.folder, 'vars.env'), 'FROM_FILE=one\n');
  writeFileSync(join(stack.folder, 'secret.txt'), 'two');
  stack.save({
    servers: {
      s: {
        ...container('echo'),
        command: ['node', '/own/tells.mjs'],
        volumes: [`${SERVERS}:/servers:ro`, `${stack.folder}:/own:ro`],
        envFile: 'vars.env',
        secrets: { from_file: { file: './secret.txt' }, from_env: { environment: 'HIVETEST_SECRET' } },
      },
    },
  });
  const hive = await stack.up({ HIVETEST_SECRET: 'three-secret' });
  await hive.untilServer('s', 'ready');
  const { content } = await (await hive.client()).callTool({ name: 's_echo', arguments: {} });
  assert.deepEqual(content, [{ type: 'text', text: 'one two three-secret' }]);
  const { stdout } = await execa(
    'grep',
    ['-rl', 'three-secret', stack.folder, '--exclude-dir=node_modules'],
    { reject: false },
  );
  assert.equal(stdout, '');
});

test('a container that serves HTTP must be published on loopback only, with its own network or the host’s', async (t) => {
  const web = (port: number, own: object = {}) => ({
    ...container('full', 'web', String(port)),
    transport: 'http',
    port,
    ...own,
  });
  const stack = createStack(t, {
    servers: { web: web(3000), hosted: web(await freePort(), { network: 'host' }) },
  });
  const hive = await stack.up();
  await hive.until('both are ready', ({ servers }) => servers.every((server) => server.state === 'ready'));
  const { tools } = await (await hive.client()).listTools();
  for (const prefix of ['web_', 'hosted_'])
    assert.ok(
      tools.some((tool) => tool.name.startsWith(prefix)),
      prefix,
    );
  const id = (await stack.containers()).get('web') ?? '';
  const { stdout } = await execa('docker', ['port', id]);
  assert.match(stdout, /^3000\/tcp -> 127\.0\.0\.1:\d+$/);
});

test('a missing folder that a container mounts must be created as the user, and a missing file be reported by name', async (t) => {
  const entry = container('echo');
  const stack = createStack(t, { servers: {} });
  const volumes = [...(entry.volumes as string[]), './data/notes:/notes', '${HIVETEST_HOME}/more:/more'];
  const bad = { ...entry, volumes: [...(entry.volumes as string[]), './settings.json:/settings.json:ro'] };
  stack.save({ servers: { s: { ...entry, volumes }, bad } });
  const hive = await stack.up({ HIVETEST_HOME: stack.folder });
  await hive.untilServer('s', 'ready');
  const { stdout } = await stack.hive('logs', 's');
  // The folder is the value of a variable of the entry, so the variable is shown in its place.
  const shown = (path: string): string => path.replace(stack.folder, '${HIVETEST_HOME}');
  for (const folder of ['data/notes', 'more']) {
    const path = join(stack.folder, folder);
    assert.equal(statSync(path).uid, process.getuid?.());
    assert.ok(stdout.includes(`made the folder ${shown(path)} for its volume: it was not there`), stdout);
  }
  const { code, reason, hint } = await hive.untilServer('bad', 'failed');
  const missing = join(stack.folder, 'settings.json');
  assert.deepEqual(
    [code, reason],
    ['CREATE_FAILED', `${shown(missing)} does not exist, and looks like a file`],
  );
  assert.match(hint ?? '', /^create it/);
  assert.ok(!existsSync(missing));
  writeFileSync(missing, '{}');
  assert.equal((await stack.hive('restart', 'bad')).exitCode, 0);
  await hive.untilServer('bad', 'ready');
});
