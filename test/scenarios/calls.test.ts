/** `hive calls`: every request that was on its way to a server, with its outcome, and nothing of its contents. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { test } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { execa } from 'execa';
import type { CallRecord } from '../../src/model/watch/call-record.ts';
import { createStack, native } from '../helpers/hive.ts';
import { MAIN } from '../helpers/program.ts';
import { ERAS, rawClient } from '../helpers/raw-client.ts';
import { eventually } from '../helpers/tools.ts';

const reference = {
  type: 'native',
  command: [process.execPath, join(import.meta.dirname, '../reference/legacy.mjs')],
};
/** In an argument of a call. */
const CANARY = 'Qcanary5c1e';

async function connect(url: string, name: string): Promise<Client> {
  const client = new Client({ name, version: '1' });
  // biome-ignore lint/suspicious/noExplicitAny: the SDK's own types disagree under exactOptionalPropertyTypes.
  await client.connect(new StreamableHTTPClientTransport(new URL(url)) as any);
  return client;
}

test('each request to a server must have its line, with who called what and how it ended', async (t) => {
  const silent = { ...native('slow'), timeouts: { call: '1s' } };
  const stack = createStack(t, {
    servers: {
      ref: reference,
      echo: native('echo'),
      silent,
      slow: native('slow'),
      gone: native('exits-mid-call'),
    },
  });
  const hive = await stack.up();
  for (const name of ['ref', 'echo', 'silent', 'slow', 'gone']) await hive.untilServer(name, 'ready');
  const json = async (...words: string[]): Promise<CallRecord[]> => {
    const { stdout } = await stack.hive('calls', '--json', ...words);
    return stdout === '' ? [] : stdout.split('\n').map((line) => JSON.parse(line));
  };
  const client = await connect(hive.url, 'acme\u001b[2J code');
  t.after(() => client.close());

  await t.test('without calls that is said', async () => {
    assert.equal((await stack.hive('calls')).stdout, 'no such call since the gateway started');
  });

  await t.test('-f sees a call as it ends', async () => {
    const following = stack.start('calls', '-f', '--json');
    t.after(() => following.kill('SIGKILL'));
    assert.ok(following.stdout);
    const lines = createInterface({ input: following.stdout })[Symbol.asyncIterator]();
    const first = lines.next();
    // The follower may still be starting: it sees what has ended before as well.
    await client.callTool({ name: 'echo_echo', arguments: { text: CANARY } });
    const call: CallRecord = JSON.parse(String((await first).value));
    assert.deepEqual(
      [call.server, call.method, call.target, call.outcome, call.era],
      ['echo', 'tools/call', 'echo_echo', 'ok', 'legacy'],
    );
    assert.ok(call.ms > 0 && call.bytesIn > CANARY.length && call.bytesOut > 0);
    await client.callTool({ name: 'echo_echo', arguments: {} });
    assert.equal(JSON.parse(String((await lines.next()).value)).seq, 2);
    following.kill('SIGINT');
    await once(following, 'exit');
  });

  const inFlight = async (): Promise<number> => {
    const text = await (await fetch(new URL('/metrics', hive.url))).text();
    return Number(/^hive_calls_in_flight\{server="slow"\} (\d+)$/m.exec(text)?.[1] ?? 0);
  };

  await t.test('each outcome has its line', async () => {
    await client.callTool({ name: 'ref_test_error_handling', arguments: {} });
    await client.getPrompt({ name: 'ref_test_simple_prompt' });
    await client.readResource({ uri: 'test://static-text' });
    await client.readResource({ uri: 'test://nothing' }).catch(() => {});
    await client.callTool({ name: 'silent_echo', arguments: {} }).catch(() => {});
    await client.callTool({ name: 'gone_echo', arguments: {} }).catch(() => {});
    for (const era of ERAS) {
      const raw = await rawClient(era, hive.url);
      const begun = raw.begin('tools/call', { name: 'slow_echo', arguments: {} });
      begun.done.catch(() => {});
      await eventually('the call is under way', async () => (await inFlight()) === 1);
      await begun.cancel('enough');
      await eventually('the call has ended', async () => (await inFlight()) === 0);
    }
    const shown = (await json('-n', 'all'))
      .slice(2)
      .map(({ server, method, target, outcome }) => [server, method, target, outcome].join(' '));
    for (const expected of [
      'ref tools/call ref_test_error_handling tool_error',
      'ref prompts/get ref_test_simple_prompt ok',
      'ref resources/read test://static-text ok',
      'ref resources/read test:… error',
      'silent tools/call silent_echo timeout',
      'gone tools/call gone_echo lost',
    ])
      assert.ok(shown.includes(expected), `${expected}: ${shown.join('\n')}`);
    const cancelled = shown.filter((it) => it === 'slow tools/call slow_echo cancelled');
    assert.equal(cancelled.length, ERAS.length, shown.join('\n'));
  });

  await t.test('lines are for people: names clean, filters, a head', async () => {
    const { stdout } = await stack.hive('calls', 'echo');
    assert.match(stdout, /^ID +TIME +CLIENT +SERVER +REQUEST +MS +IN +OUT +OUTCOME\n/);
    assert.match(
      stdout,
      /\n\d+ +\d\d:\d\d:\d\d\.\d{3} {2}acme\\x1b\[2J code +echo +echo_echo +[\d.]+ +\d+ B +\d+ B {2}ok/,
    );
    const failed = await json('--outcome', 'failed', '-n', 'all');
    assert.ok(failed.length >= 5 && failed.every(({ outcome }) => outcome !== 'ok'));
    assert.deepEqual(
      new Set((await json('--tool', 'silent_echo')).map((it) => it.server)),
      new Set(['silent']),
    );
    assert.equal((await json('-n', '1')).length, 1);
    assert.equal((await stack.hive('calls', '--outcome', 'x')).exitCode, 2);
    assert.match((await stack.hive('calls', 'nobody')).stderr, /there is no server nobody/);
  });

  await t.test('a capture keeps and shows contents, without secrets, and says so while it runs', async () => {
    const refused = await stack.hive('calls', '--show');
    assert.equal(refused.exitCode, 2);
    assert.match(refused.stderr, /fix: npx hive calls capture on --for 10m/);
    assert.match((await stack.hive('calls', 'capture', 'on', 'nobody')).stderr, /there is no server nobody/);
    assert.match(
      (await stack.hive('calls', 'capture', 'on', 'echo', '--for', '5m')).stdout,
      /calls to echo are kept/,
    );
    await client.callTool({ name: 'echo_echo', arguments: { text: 'Qshown', password: 'not this one' } });
    const { stdout } = await stack.hive('calls', '--show');
    assert.match(stdout, /"text": "Qshown"/);
    assert.match(stdout, /"password": "\[redacted\]"/);
    assert.ok(!stdout.includes('this one') && !stdout.includes(CANARY));
    const [last] = await json('-n', '1');
    assert.match((await stack.hive('calls', '--show', String(last?.seq))).stdout, /result\n +\{/);
    assert.equal((await stack.hive('calls', '--show', '1')).exitCode, 2);
    for (const command of ['ps', 'calls']) {
      const { stdout: out, stderr } = await stack.hive(command);
      assert.match(
        out + stderr,
        /arguments and results of calls to echo are kept until .*calls capture off/s,
      );
    }
    assert.match((await stack.hive('calls', 'capture', 'off')).stdout, /capture ended: 1 call, .* forgotten/);
    assert.equal((await stack.hive('calls', '--show')).exitCode, 2);
    assert.ok(!(await stack.hive('ps')).stdout.includes('are kept until'));
  });

  await t.test('nothing of arguments is kept', async () => {
    const all = [
      await stack.hive('calls', '-n', 'all', '--json'),
      await stack.hive('op', 'call_list', 'limit=500'),
    ];
    for (const { stdout } of all) assert.ok(!stdout.includes(CANARY));
    assert.match(all[1]?.stdout ?? '', /echo_echo: ok/);
  });
});

test('following the calls of a gateway must end with an error when it is killed', async (t) => {
  const stack = createStack(t, { servers: { echo: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('echo', 'ready');
  const client = await connect(hive.url, 'x');
  t.after(() => client.close().catch(() => {}));
  await client.callTool({ name: 'echo_echo', arguments: {} });
  const followers = ['calls'].map((command) => {
    const child = stack.start(command, '-f', '--json');
    t.after(() => child.kill('SIGKILL'));
    let told = '';
    child.stderr?.on('data', (chunk) => {
      told += chunk;
    });
    return { begun: once(child.stdout as Readable, 'data'), end: once(child, 'close'), told: () => told };
  });
  for (const { begun } of followers) await begun;
  hive.child.kill('SIGKILL');
  for (const { end, told } of followers) {
    assert.equal((await end)[0], 1);
    assert.match(told(), /error NOT_RUNNING: the gateway has ended\n +fix: /);
  }
});

test('a gateway whose config file was renamed must be found, and be ended under the name that it knows', async (t) => {
  const stack = createStack(t, { servers: { echo: native('echo') } });
  const hive = await stack.up();
  await hive.untilServer('echo', 'ready');
  const other = join(stack.folder, 'renamed.yaml');
  renameSync(stack.file, other);
  t.after(() => existsSync(other) && renameSync(other, stack.file));
  const options = {
    cwd: stack.folder,
    env: { HIVE_STATE_DIR: join(stack.folder, '.state'), NO_COLOR: '1' },
    reject: false,
  };
  for (const words of [['ps'], ['down'], ['ps', '-c', other]]) {
    const { stderr, exitCode } = await execa(process.execPath, [MAIN, ...words], options);
    assert.notEqual(exitCode, 0);
    assert.match(stderr, /a gateway serves .* which is not there any more\n +fix: .*down -c /);
  }
  const ended = once(hive.child, 'exit');
  assert.equal((await execa(process.execPath, [MAIN, 'down', '-c', stack.file], options)).exitCode, 0);
  await ended;
});
