import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { FIFO_MOUNT, makeFifos, openFifos } from '../../../../src/runtime/links/container/fifos.ts';
import { openPipe, PIPE_WRAPPER } from '../../../../src/runtime/links/container/pipe.ts';
import type { Link } from '../../../../src/runtime/links/link.ts';
import { ask, type Collected, collect } from '../../../contract/collect.ts';
import { engine, type MadeContainer, makeContainer } from '../../../contract/docker.ts';
import { linkContract } from '../../../contract/link.ts';

const KEEPS = 'closing ends the input or only detaches: the container is the executor’s to stop';
const ROOT = mkdtempSync(join(tmpdir(), 'hive-pipes-'));
after(() => rmSync(ROOT, { recursive: true, force: true }));

interface Box extends MadeContainer {
  readonly folder: string;
  /** Opens the link; starts the container where it does not run. */
  link(seen: Collected, isRunning?: boolean): Promise<Link>;
}

/** Like the containers that Hive makes: no rights, no root, nothing to write to. */
async function makeBox(server: string): Promise<Box> {
  const folder = mkdtempSync(join(ROOT, 'box-'));
  await makeFifos(folder);
  const [shell = '', ...rest] = [...PIPE_WRAPPER, 'node', `/servers/${server}.mjs`];
  const made = await makeContainer(rest, {
    Entrypoint: [shell],
    User: '1000',
    HostConfig: {
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Mounts: [{ Type: 'bind', Source: folder, Target: FIFO_MOUNT, ReadOnly: true }],
    },
  });
  const start = (): Promise<void> => engine.start(made.containerId);
  return {
    ...made,
    folder,
    link: (seen, isRunning = false) =>
      openPipe({ engine, containerId: made.containerId, folder, isRunning, start }, seen.events),
  };
}

linkContract({
  name: 'pipe',
  deviations: {
    'close ends a server that ignores everything': KEEPS,
    'close also ends processes that the server started': KEEPS,
  },
  open: async (server, seen) => {
    const box = await makeBox(server);
    return { link: await box.link(seen), seen, dispose: box.remove, left: box.pids };
  },
});

test('a server that ends with its input must see the end of it', async () => {
  const box = await makeBox('echo');
  const seen = collect();
  const link = await box.link(seen);
  await ask(link, seen, 1, 'echo', '{}');
  await link.close(20_000);
  assert.deepEqual(seen.closed, [{ exitCode: 0, oomKilled: false }]);
  await box.remove();
});

test('a link that is dropped leaves the server running, and the next one talks to the same process', async () => {
  const box = await makeBox('counts');
  const first = collect();
  const link = await box.link(first);
  const count = async (on: Link, seen: Collected, id: number): Promise<string> =>
    (await ask(on, seen, id, 'tools/call', '{"name":"count","arguments":{}}')).toString();
  assert.match(await count(link, first, 1), /"1"/);
  await link.close(0);
  assert.deepEqual(first.closed, [{ message: 'detached' }]);
  // Longer than a server takes to end with its input.
  execFileSync('docker', ['exec', box.containerId, 'true']);
  const second = collect();
  const next = await box.link(second, true);
  assert.match(await count(next, second, 2), /"2"/);
  await next.close(0);
  await box.remove();
});

test('a server in a container that closes its stdout and lives on must be noticed immediately', async (t) => {
  const box = await makeBox('closes-stdout');
  t.after(() => box.remove());
  const seen = collect();
  const link = await box.link(seen);
  t.after(() => link.close(0));
  await ask(link, seen, 1, 'tools/call', '{"arguments":{}}');
  const close = '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"arguments":{"close":"stdout"}}}';
  await link.send(Buffer.from(close));
  await seen.until(() => seen.closed.length > 0, 20_000);
  assert.deepEqual(seen.closed, [
    { message: 'it closed its stdout and went on running, so it is restarted' },
  ]);
});

test('half a message of the link before must not spoil the first one of the next', async () => {
  const box = await makeBox('mirror');
  const first = collect();
  const link = await box.link(first);
  await ask(link, first, 1, 'mirror', '1');
  await link.close(0);
  execFileSync('/bin/sh', [
    '-c',
    'printf %s \'{"jsonrpc":"2.0","id":7,"meth\' >"$0"',
    join(box.folder, 'in'),
  ]);
  const second = collect();
  const next = await box.link(second, true);
  // The server’s own answer to the half line is a parse error that ends it, or nothing: what counts is the
  // next line.
  await next.send(Buffer.from('{"jsonrpc":"2.0","id":2,"method":"mirror","params":2}'));
  await second.until(() => second.messages.length + second.closed.length > 0);
  await next.close(0);
  await box.remove();
});

test('a container started again must not read what was meant for the process before', async () => {
  const box = await makeBox('exits-mid-call');
  const first = collect();
  const link = await box.link(first);
  const call = Buffer.from('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{}}');
  await Promise.all(Array.from({ length: 100 }, () => link.send(call).catch(() => {})));
  await first.until(() => first.closed.length > 0);
  const second = collect();
  const next = await box.link(second);
  await ask(next, second, 2, 'echo', '{"fresh":1}');
  assert.deepEqual(second.closed, []);
  assert.equal(second.messages.length, 1);
  await next.close(0);
  await box.remove();
});

test('a container in which nothing opens the FIFOs must not be taken for linked', {
  timeout: 120_000,
}, async () => {
  const folder = mkdtempSync(join(ROOT, 'box-'));
  const made = await makeContainer(['node', '/servers/echo.mjs']);
  const start = async (): Promise<void> => void (await engine.start(made.containerId));
  const seen = collect();
  const target = { engine, containerId: made.containerId, folder, isRunning: false, start };
  await assert.rejects(openPipe(target, seen.events), { code: 'SERVER_UNREACHABLE' });
  await made.remove();
});

test('a hundred links hold no thread and block nobody', async () => {
  const folders = Array.from({ length: 100 }, (_, i) => join(ROOT, `many-${i}`));
  await Promise.all(folders.map(makeFifos));
  const ends = folders.map(openFifos);
  // The thread pool has four threads: this read needs one of them.
  const { readFile } = await import('node:fs/promises');
  assert.ok((await readFile(import.meta.filename)).length > 0);
  const open = (): number => readdirSync('/proc/self/fd').filter((fd) => isFifoIn(folders, fd)).length;
  assert.equal(open(), 400);
  for (const one of ends) one.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(open(), 0);
});

test('FIFOs are used again, and what was never read in them by nobody', async (t) => {
  const folder = join(ROOT, 'again');
  await makeFifos(folder);
  const inodes = () => ['in', 'out', 'err', 'hold'].map((name) => statSync(join(folder, name)).ino);
  const first = inodes();
  await makeFifos(folder);
  assert.deepEqual(inodes(), first);

  const before = openFifos(folder);
  t.after(() => before.destroy());
  before.stdin.write('half a mess');
  await makeFifos(folder);
  const ends = openFifos(folder);
  t.after(() => ends.destroy());
  const reader = openSync(join(folder, 'in'), constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  assert.throws(() => readSync(reader, Buffer.alloc(16)), { code: 'EAGAIN' });

  rmSync(join(folder, 'err'));
  writeFileSync(join(folder, 'err'), 'no FIFO');
  await makeFifos(folder);
  assert.ok(statSync(join(folder, 'err')).isFIFO());
});

function isFifoIn(folders: readonly string[], fd: string): boolean {
  try {
    const { ino } = statSync(`/proc/self/fd/${fd}`);
    return folders.some((folder) =>
      ['in', 'out', 'err', 'hold'].some((name) => statSync(join(folder, name)).ino === ino),
    );
  } catch {
    return false;
  }
}
