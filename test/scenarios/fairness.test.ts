/** Servers that write as fast as they can, beside a server that is called. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSession, POST_HEADERS } from '../edge/harness.ts';
import { createStack, native, type Running, SERVERS } from '../helpers/hive.ts';

const FLOOD_MS = 400;
/** For a state that is asked for until it is there. */
const WAIT = { interval: 200, timeout: 30_000 };

/**
 * How much a flood may get read for each call that is answered meanwhile, in kilobytes: six times as much as was seen
 * on a busy machine, where both slow down together, and a sixth of what a gateway reads that reads whatever comes.
 */
const FLOODS: readonly [kind: string, server: 'loud' | 'remote', kilobytes: number][] = [
  ['stderr', 'loud', 350],
  ['noise', 'loud', 50],
  ['notifications', 'loud', 20],
  ['progress', 'loud', 20],
  ['unknown answers', 'loud', 40],
  ['HTTP, notifications', 'remote', 15],
  ['HTTP, progress', 'remote', 30],
];

test('calls must be answered while another server writes as fast as it can', async (t) => {
  const stack = createStack(t, {
    servers: { quiet: native('echo'), loud: native('floods'), remote: await httpFloods(t) },
  });
  const hive = await stack.up();
  for (const name of ['quiet', 'loud', 'remote']) await hive.untilServer(name, 'ready');
  const client = await hive.client();
  const call = () => client.callTool({ name: 'quiet_echo', arguments: { a: 1 } });
  for (const [kind, server, kilobytes] of FLOODS) {
    let written: number | undefined;
    const over = flood(hive, `${server}_flood`, kind).then((answer) => {
      written = Number(/"written":(\d+)/.exec(answer)?.[1]);
    });
    let calls = 0;
    for (; written === undefined; calls++) await call();
    await over;
    const perCall = written / 1_000 / calls;
    t.diagnostic(`${kind}: ${perCall.toFixed(1)} kB for each of ${calls} calls`);
    assert.ok(perCall < kilobytes, `${kind}: ${perCall} kB were read for each of ${calls} calls`);
  }
});

test('calls must be answered while another server changes huge lists', async (t) => {
  const huge = (FLOOD: string) => ({ ...native('floods'), env: { FLOOD } });
  const stack = createStack(t, {
    servers: { quiet: native('echo'), lists: huge('huge lists'), templates: huge('templates') },
  });
  const hive = await stack.up();
  for (const name of ['quiet', 'lists', 'templates']) await hive.untilServer(name, 'ready');
  const client = await hive.client();
  for (const name of ['lists', 'templates']) {
    const kind = name === 'lists' ? 'huge lists' : 'templates';
    const before = readsIn(await flood(hive, `${name}_flood`, kind, { ms: 1 }));
    let reads: number | undefined;
    const over = flood(hive, `${name}_flood`, kind, { ms: 4_000 }).then((answer) => {
      reads = readsIn(answer);
    });
    let calls = 0;
    for (; reads === undefined; calls++) await client.callTool({ name: 'quiet_echo', arguments: { a: 1 } });
    await over;
    t.diagnostic(`${kind}: ${calls} calls, ${reads - before} lists read`);
    assert.ok(calls > 10 * (reads - before), `${calls} calls while ${reads - before} lists were read`);
  }
  const { servers } = await hive.control.status();
  const counts = servers.map(({ serverName, counts }) => [serverName, counts.tools, counts.templates]);
  assert.deepEqual(new Map(counts.map(([name, ...rest]) => [name, rest])).get('lists'), [20_000, 0]);
});

const readsIn = (answer: string): number => Number(/"reads":(\d+)/.exec(answer)?.[1]);

test('what does not fit into a log must be counted there, and the last lines be kept for errors', async (t) => {
  const stack = createStack(t, { servers: { loud: native('floods') } });
  const hive = await stack.up();
  await hive.untilServer('loud', 'ready');
  // On a machine so busy that little is read in a moment, all of it would fit.
  await flood(hive, 'loud_flood', 'stderr', { least: 4_000_000 });
  // What was left out is reported once a second.
  await t.waitFor(async () => {
    const { stdout } = await stack.hive('logs', 'loud');
    assert.match(stdout, /\d+ more lines of its output \(\d+ bytes\) are not in this log/);
  }, WAIT);
});

async function httpFloods(t: TestContext): Promise<object> {
  const child = spawn(process.execPath, [join(SERVERS, 'floods.mjs'), '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { type: 'remote', url: `http://127.0.0.1:${Number(String(line))}/mcp` };
}

interface Amount {
  readonly ms?: number;
  /** Bytes. */
  readonly least?: number;
}

/** Resolves with the server's answer, once everything before it has been read. */
async function flood({ url }: Running, name: string, kind: string, amount: Amount = {}): Promise<string> {
  const params = { name, arguments: { kind, ms: FLOOD_MS, ...amount }, _meta: { progressToken: 'p' } };
  const response = await fetch(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...(await openSession(url)) },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
  });
  const answer = (await response.text()).slice(-500);
  assert.match(answer, /"written":\d+/);
  return answer;
}
