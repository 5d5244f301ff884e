/** `hive tools` and `hive call`: the tools of a running gateway, seen and called from a shell. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { createStack, native } from '../helpers/hive.ts';

const reference = {
  type: 'native',
  command: [process.execPath, join(import.meta.dirname, '../reference/legacy.mjs')],
};
const servers = { ref: reference, echo: native('echo') };
/** Of the reference server's picture. */
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47]);

test('tools must be listed and called by the names that are printed', async (t) => {
  const stack = createStack(t, { servers });
  const hive = await stack.up();
  await hive.untilServer('ref', 'ready');
  await hive.untilServer('echo', 'ready');

  await t.test('the list names each tool, its server, and what it costs', async () => {
    const { stdout } = await stack.hive('tools');
    assert.match(stdout, /^TOOL +SERVER +TOKENS +HINT +DESCRIPTION\necho_echo +echo +\d+ /);
    assert.match(stdout, /\n\d+ tools, \d+\.\d kB, about \d+ tokens in a model's context$/);
    const one = JSON.parse((await stack.hive('tools', 'echo', '--json')).stdout);
    assert.deepEqual(
      one.tools.map((it: { name: string }) => it.name),
      ['echo_echo'],
    );
    const schema = await stack.hive('tools', 'ref_test_elicitation', '--schema');
    assert.match(schema.stdout, /^ref_test_elicitation\n.+\n\{\n {2}"type": "object"/);
  });

  await t.test('a call prints the answer, and --json all of it', async () => {
    const called = await stack.hive('call', 'echo', 'a=1', '{"b": [true]}');
    assert.deepEqual([called.exitCode, called.stdout], [0, JSON.stringify({ a: '1', b: [true] }, null, 2)]);
    assert.equal(called.stderr, '');
    const misspelt = await stack.hive('call', 'ref_test_elicitation', 'message=x', 'mesage=y');
    assert.match(misspelt.stderr, /^ref_test_elicitation has no argument mesage; it is sent/);
    const json = JSON.parse((await stack.hive('call', 'echo_echo', '--json')).stdout);
    assert.deepEqual(json, { content: [], structuredContent: {} });
    writeFileSync(join(stack.folder, 'args.json'), '{"from": "a file"}');
    const file = await stack.hive('call', 'echo', `@${join(stack.folder, 'args.json')}`);
    assert.deepEqual(JSON.parse(file.stdout), { from: 'a file' });
  });

  await t.test('a picture is saved, and the place is named', async () => {
    const { exitCode, stderr } = await stack.hive('call', 'test_image_content', '--out', stack.folder);
    const path = join(stack.folder, 'test_image_content.png');
    assert.deepEqual([exitCode, stderr], [0, `saved ${path} (image/png, 70 bytes)`]);
    assert.deepEqual(readFileSync(path).subarray(0, 4), PNG);
  });

  await t.test('the exit code says how it went', async () => {
    const failed = await stack.hive('call', 'ref_test_error_handling');
    assert.deepEqual([failed.exitCode, failed.stdout], [1, '']);
    assert.match(failed.stderr, /intentionally returns an error/);
    const wrong = await stack.hive('call', 'ref_test_elicitation');
    assert.equal(wrong.exitCode, 2);
    assert.match(
      wrong.stderr,
      /`message` is missing\n {2}fix: see its arguments: .*hive tools ref_test_elicitation/,
    );
    const unknown = await stack.hive('call', 'echo_ehco');
    assert.equal(unknown.exitCode, 2);
    assert.match(unknown.stderr, /there is no tool echo_ehco\n {2}fix: did you mean echo_echo\?/);
  });
});

test('a tool of a server that is not up must be refused with the reason of that server', async (t) => {
  const bad = native('crash-on-start');
  const stack = createStack(t, { servers: { ...servers, bad, off: { ...bad, enabled: false } } });
  const hive = await stack.up();
  await hive.untilServer('echo', 'ready');
  await hive.untilServer('bad', 'failed');
  for (const args of [
    ['call', 'bad_go'],
    ['tools', 'bad_go'],
    ['tools', 'bad'],
  ]) {
    const { exitCode, stderr } = await stack.hive(...args);
    assert.match(
      stderr,
      /^error SERVER_EXITED: there (is|are) no tools?.*server bad has failed: bad exited with code/,
    );
    assert.match(stderr, /\n {2}fix: /);
    assert.equal(exitCode, 1);
  }
  assert.match(
    (await stack.hive('call', 'off_go')).stderr,
    /its server off is switched off\n.*\n {2}fix: take/,
  );
});

test('a call must end with an error when its gateway ends', async (t) => {
  const stack = createStack(t, { servers: { slow: native('slow') } });
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const hive = await stack.up();
    await hive.untilServer('slow', 'ready');
    const calling = stack.hive('call', 'slow_echo');
    while ((await hive.control.status()).sessions === 0) await delay(50);
    hive.child.kill(signal);
    const { exitCode, stderr } = await calling;
    assert.equal(exitCode, 1);
    assert.match(stderr, /^error (NOT_RUNNING|SERVER_REFUSED|SERVER_EXITED): /);
  }
});

test('Ctrl-C must end a call at a gateway that does not answer', async (t) => {
  const stack = createStack(t, { servers: { slow: native('slow') } });
  const hive = await stack.up();
  await hive.untilServer('slow', 'ready');
  const calling = stack.start('call', 'slow_echo');
  while ((await hive.control.status()).sessions === 0) await delay(50);
  hive.child.kill('SIGSTOP');
  t.after(() => hive.child.kill('SIGCONT'));
  calling.kill('SIGINT');
  const [exitCode] = await once(calling, 'exit');
  hive.child.kill('SIGCONT');
  assert.equal(exitCode, 130);
});
