/** A stack name has one owner: copies of one folder, moved folders, copied labels, networks that were removed. */
import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { dockerLines } from '../helpers/docker.ts';
import { container, createStack, SERVERS } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';
import { eventually } from '../helpers/tools.ts';

interface Copy {
  readonly folder: string;
  readonly file: string;
  /** Runs a command in the folder, which finds the config by itself. */
  hive(...args: string[]): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }>;
}

const BOX = container('echo');
const DATA = { ...BOX, volumes: [`${SERVERS}:/servers:ro`, 'data:/data'] };

/** Copies of one folder, with one stack name and one place for their states. */
function copies(t: TestContext, box: object): { name: string; at: (folder: string) => Copy } {
  const made = new Map<string, Copy>();
  t.after(async () => {
    for (const { hive } of made.values()) await hive('down', '--volumes');
  });
  const stack = createStack(t, { servers: {} });
  const env = { HIVE_STATE_DIR: join(stack.folder, '.state'), NO_COLOR: '1' };
  const at = (place: string): Copy => {
    const folder = join(stack.folder, place);
    const copy: Copy = {
      folder,
      file: join(folder, 'hive.yaml'),
      async hive(...args) {
        const options = { env, cwd: stack.folder, reject: false, stdin: 'ignore', timeout: 240_000 } as const;
        const file = args.includes('-c') ? [] : ['-c', copy.file];
        const result = await execa(process.execPath, [MAIN, ...args, ...file], options);
        return { exitCode: result.exitCode, stdout: String(result.stdout), stderr: String(result.stderr) };
      },
    };
    made.set(place, copy);
    return copy;
  };
  const config = stack.text({ servers: { box } });
  for (const place of ['a', 'b']) {
    mkdirSync(at(place).folder);
    writeFileSync(at(place).file, config);
  }
  return { name: stack.name, at };
}

const containersOf = (name: string): Promise<string[]> =>
  dockerLines('ps', '-aq', '--no-trunc', '--filter', `label=mcp.stack=${name}`);

const volumesOf = (name: string): Promise<string[]> =>
  dockerLines('volume', 'ls', '-q', '--filter', `label=com.docker.compose.project=${name}`);

/** Runs the command that a message names, as it stands. */
async function typeAsTold({ hive }: Copy, message: string): Promise<void> {
  const [, words = ''] = /, or end the other one: npx hive (.*)/.exec(message) ?? [];
  assert.notEqual(words, '', message);
  const { exitCode, stderr } = await hive(...words.split(' '));
  assert.equal(exitCode, 0, stderr);
}

test('of two copies of one folder that start at once one must win, the other be told by whom and what to type', async (t) => {
  const { name, at } = copies(t, BOX);
  const [a, b] = [at('a'), at('b')];
  const results = await Promise.all([a.hive('up', '-d'), b.hive('up', '-d')]);
  assert.deepEqual(results.map(({ exitCode }) => exitCode).sort(), [0, 1], JSON.stringify(results));
  const [winner, loser] = results[0]?.exitCode === 0 ? [a, b] : [b, a];
  const told = results.find(({ exitCode }) => exitCode === 1)?.stderr ?? '';
  assert.ok(
    told.includes(`STACK_TAKEN: the stack ${name} is that of ${winner.file} (its gateway runs, pid `),
    told,
  );
  const running = await containersOf(name);
  assert.equal(running.length, 1);
  const again = await loser.hive('up', '-d');
  assert.match(again.stderr, /STACK_TAKEN/);
  assert.deepEqual(await containersOf(name), running);

  await typeAsTold(loser, told);
  assert.equal((await loser.hive('up', '-d')).exitCode, 0);
  const downs = await Promise.all([a.hive('down'), b.hive('down')]);
  assert.deepEqual(
    downs.map(({ exitCode }) => exitCode),
    [0, 0],
    JSON.stringify(downs),
  );
  assert.deepEqual(await containersOf(name), []);
});

test('down of a copy must leave the containers and the data of the other one alone, running or not', async (t) => {
  const { name, at } = copies(t, DATA);
  const [a, b] = [at('a'), at('b')];
  assert.equal((await a.hive('up', '-d')).exitCode, 0);
  const before = await containersOf(name);
  const beside = await b.hive('down', '--volumes');
  assert.match(beside.stdout, /left alone: the stack .* is that of .*\/a\/hive\.yaml/);
  assert.match(beside.stdout, /kept volume .*_data: it has the data of .*\/a\/hive\.yaml/);
  assert.deepEqual([await containersOf(name), await volumesOf(name)], [before, [`${name}_data`]]);

  assert.equal((await a.hive('down')).exitCode, 0);
  const refused = await b.hive('up', '-d');
  assert.match(refused.stderr, /STACK_TAKEN: the volume .*_data has the data of .*\/a\/hive\.yaml/);
  await b.hive('down', '--volumes');
  assert.deepEqual(await volumesOf(name), [`${name}_data`]);

  const { stdout } = await a.hive('down', '--volumes');
  assert.equal(stdout, `deleting volumes and the data in them: ${name}_data\nremoved volume ${name}_data`);
  assert.deepEqual(await volumesOf(name), []);
  assert.equal((await a.hive('down', '--volumes')).stdout, 'nothing was running');
});

test('a folder that was moved under a killed gateway must be served again after one command, with its data', async (t) => {
  const { name, at } = copies(t, DATA);
  const [a, moved] = [at('a'), at('moved')];
  assert.equal((await a.hive('up', '-d')).exitCode, 0);
  const { pid } = JSON.parse((await a.hive('ps', '--json')).stdout) as { pid: number };
  process.kill(pid, 'SIGKILL');
  renameSync(a.folder, moved.folder);
  const refused = await moved.hive('up', '-d');
  assert.match(refused.stderr, /STACK_TAKEN: the stack .* is that of .*\/a\/hive\.yaml \(containers /);
  await typeAsTold(moved, refused.stderr);
  const { exitCode, stderr } = await moved.hive('up', '-d');
  assert.equal(exitCode, 0, stderr);
  assert.deepEqual(await volumesOf(name), [`${name}_data`]);
  assert.match((await moved.hive('down', '--volumes')).stdout, /removed volume /);
  assert.deepEqual([await containersOf(name), await volumesOf(name)], [[], []]);
});

test('a container with all labels of one that Hive made must be neither adopted nor removed, but shown', async (t) => {
  const stack = createStack(t, { servers: { box: BOX } });
  const hive = await stack.up();
  const { containerId = '' } = await hive.untilServer('box', 'ready');
  const [json = '{}'] = await dockerLines('inspect', '-f', '{{json .Config.Labels}}', containerId);
  const labels = Object.entries(JSON.parse(json)).flatMap(([label, value]) => [
    '--label',
    `${label}=${value}`,
  ]);
  const run = ['run', '-di', ...labels, '-v', `${SERVERS}:/servers:ro`, 'node:24-slim'];
  const [copy = ''] = await dockerLines(...run, 'node', '/servers/full.mjs');
  try {
    await execa('docker', ['rm', '-f', containerId]);
    const another = ({ containerId: id }: { containerId?: string | undefined }): boolean =>
      id !== undefined && id !== containerId;
    const { servers, ignored } = await hive.until('it is made again', (status) =>
      status.servers.some((it) => it.state === 'ready' && another(it)),
    );
    assert.notEqual(servers[0]?.containerId, copy);
    assert.match(ignored.map(({ reason }) => reason).join(), /no gateway of hive\.yaml made it/);
    await hive.stop();
    await stack.hive('down', '--volumes');
    assert.deepEqual(await containersOf(stack.name), [copy]);
  } finally {
    await execa('docker', ['rm', '-f', copy]);
  }
});

test('a container whose network was removed must be made again without being told', async (t) => {
  const web = { ...container('full', 'web', '3000'), transport: 'http', port: 3000 };
  const stack = createStack(t, { servers: { web } });
  const hive = await stack.up();
  const { containerId: before = '' } = await hive.untilServer('web', 'ready');
  const network = `${stack.name}_isolated-web`;
  await execa('docker', ['network', 'disconnect', '-f', network, before]);
  await execa('docker', ['network', 'rm', network]);
  await hive.until('another container serves', ({ servers }) =>
    servers.some(({ state, containerId }) => state === 'ready' && containerId !== before),
  );
});

test('a stopped container whose network was removed must be made again', async (t) => {
  const stack = createStack(t, { servers: { box: { ...BOX, network: 'isolated' } } });
  const first = await stack.up();
  const { containerId: before } = await first.untilServer('box', 'ready');
  await first.stop();
  await execa('docker', ['network', 'rm', `${stack.name}_isolated-box`]);
  const second = await stack.up();
  const { containerId } = await second.untilServer('box', 'ready');
  assert.notEqual(containerId, before);
  await eventually('the old one is gone', async () => (await stack.containers()).size === 1);
});
