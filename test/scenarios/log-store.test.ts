/** Logs on disk: searched while the gateway runs, after kill -9, on a full disk and with a broken file. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openStateDir } from '../../src/runtime/memory/state-dir.ts';
import { mayMount, mountSmallDisk, type SmallDisk } from '../chaos/faults/small-disk.ts';
import { createStack, native, type Running, type Stack } from '../helpers/hive.ts';

const SECRET = 'correct-horse-battery';
const CONFIG = {
  logs: {},
  servers: {
    one: { ...native('stderr-noise'), env: { API_TOKEN: SECRET } },
    two: native('banner-on-stdout'),
  },
};

const folderOf = (stack: Stack): string =>
  join(openStateDir(stack.file, { HIVE_STATE_DIR: join(stack.folder, '.state') }).path, 'logs');

/** Has server `one` write lines. */
async function say(hive: Running, text: string): Promise<void> {
  const client = await hive.client();
  await client.callTool({ name: 'one_echo', arguments: { say: text } });
}

/** Lines pass from the server through the gateway: they are there a moment after its answer. */
async function untilFound(stack: Stack, ...words: string[]): Promise<string[]> {
  for (;;) {
    const { stdout, exitCode } = await stack.hive('logs', '--json', ...words);
    if (exitCode === 0 && stdout !== '')
      return stdout.split('\n').map((line) => (JSON.parse(line) as { text: string }).text);
  }
}

test('lines must be searched while the gateway runs, after kill -9, without it, and by the next one', async (t) => {
  const stack = createStack(t, CONFIG);
  const hive = await stack.up();
  await hive.untilServer('one', 'ready');
  await hive.untilServer('two', 'ready');
  await say(
    hive,
    `ERROR request failed for ${SECRET}\n    at handler (app.js:1:2)\n    at main (app.js:9:9)\nINFO done\n`,
  );
  const trace = 'ERROR request failed for [redacted]\n    at handler (app.js:1:2)\n    at main (app.js:9:9)';
  assert.deepEqual(await untilFound(stack, 'level>=error'), [trace]);
  // A line of the trace finds it as a whole; without a query each server has its lines.
  assert.deepEqual(await untilFound(stack, 'one', '"app.js:9"', '-n', '5'), [trace]);
  assert.deepEqual(await untilFound(stack, '--grep', 'line 2[89]'), ['line 28', 'line 29']);
  assert.deepEqual(await untilFound(stack, 'one', '-n', '1'), ['INFO done']);
  assert.ok((await untilFound(stack, 'two')).every((text) => !text.startsWith('line ')));
  const wrong = await stack.hive('logs', 'level>=wrong');
  assert.equal(wrong.exitCode, 2);
  assert.match(wrong.stderr, /wrong is no level\n {2}level>=wrong\n {2}\^+\n {2}fix: write level>=warning/);
  const unknown = await stack.hive('logs', 'onne');
  assert.match(unknown.stderr, /SERVER_UNKNOWN: there is no server onne, and no line has this word/);
  assert.match(unknown.stderr, /did you mean one\?/);

  hive.child.kill('SIGKILL');
  await once(hive.child, 'exit');
  const after = await stack.hive('logs', 'request', 'failed');
  assert.match(after.stderr, /^no gateway is running for this stack/);
  assert.match(after.stdout, /one stderr ERROR request failed for \[redacted\]\n.* one stderr {5}at handler/);

  const next = await stack.up();
  await next.untilServer('one', 'ready');
  assert.deepEqual(await untilFound(stack, 'server:one level>=error'), [trace]);
  const output = await next.control.runOperation(
    'server_logs',
    { server: 'one', query: 'failed', limit: 5 },
    'json',
  );
  assert.equal((JSON.parse(output) as { lines: { text: string }[] }).lines[0]?.text, trace);
  assert.equal(await next.stop(), 0);
});

test('a broken file must be set aside and named, and lines be kept on', async (t) => {
  const stack = createStack(t, CONFIG);
  const first = await stack.up();
  await first.untilServer('one', 'ready');
  await untilFound(stack, '"line 29"');
  assert.equal(await first.stop(), 0);
  const [name = ''] = readdirSync(folderOf(stack));
  writeFileSync(join(folderOf(stack), name), 'rubbish '.repeat(10_000));

  const hive = await stack.up();
  await hive.untilServer('one', 'ready');
  await hive.untilPrinted(`the log file ${name} is broken`);
  assert.deepEqual(await untilFound(stack, '"line 29"'), ['line 29']);
  assert.ok(readdirSync(folderOf(stack)).includes(`${name}.corrupt`));
  assert.equal(await hive.stop(), 0);
});

const skip = !(await mayMount()) && 'mounting a disk is not allowed here';

async function onSmallDisk(t: TestContext): Promise<{ stack: Stack; disk: SmallDisk }> {
  let disk: SmallDisk | undefined;
  t.after(() => disk?.remove());
  const stack = createStack(t, CONFIG);
  disk = await mountSmallDisk(join(stack.folder, '.state'));
  assert.ok(disk);
  return { stack, disk };
}

test('a full disk must be named, stop no server and no search, and lines be kept on with room', {
  skip,
}, async (t) => {
  const { stack, disk } = await onSmallDisk(t);
  const hive = await stack.up();
  await hive.untilServer('one', 'ready');
  await untilFound(stack, '"line 29"');
  disk.fill();
  await say(hive, `${'a long line '.repeat(300)}\n`.repeat(200));
  await hive.untilPrinted(/logs cannot be written to .*: the disk is full/);
  const { troubles } = await hive.control.status();
  assert.ok(troubles.some(({ about, hint }) => about === 'logs' && hint?.startsWith('make room')));
  assert.match((await stack.hive('ps')).stdout, /logs are not kept on disk \(since /);
  assert.deepEqual(await untilFound(stack, '"line 29"'), ['line 29']);
  disk.free();
  await hive.until('it is healed', (status) => status.troubles.length === 0);
  await hive.untilPrinted('logs are written again');
  await say(hive, 'room again\n');
  assert.deepEqual(await untilFound(stack, '"room again"'), ['room again']);
  assert.equal((await untilFound(stack, '"long line"', '-n', 'all')).length, 200);
  assert.equal(await hive.stop(), 0);
});
