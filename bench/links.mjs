/**
 * Compares the cost of a call to a built-in server with one to a child process, from the upstream down: no HTTP, no edge. All
 * rows take turns within one process. `node_modules/.bin/node bench/links.mjs [ROUNDS] [MS]`
 */
import { join } from 'node:path';
import { z } from 'zod';
import { systemClock } from '../src/clock.ts';
import { operation } from '../src/operations/operation.ts';
import { openChild } from '../src/runtime/links/child.ts';
import { openInProcess } from '../src/runtime/links/in-process.ts';
import { connectUpstream } from '../src/runtime/upstream/connect-upstream.ts';
import { createRunner } from '../src/tools/runner.ts';
import { createToolServer } from '../src/tools/tool-server.ts';
import { median } from './measure.mjs';

const [rounds = 9, ms = 500] = process.argv.slice(2).map(Number);
const SERVER = join(import.meta.dirname, 'server.mjs');
const CALLER = { principal: '', sessionId: 's', era: 'legacy', profile: '' };
const PARAMS = Buffer.from('{"name":"bytes","arguments":{"size":100}}');
const WARM_UP_MS = 2_000;

const bytes = operation({
  name: 'bytes',
  title: 'Bytes',
  summary: 'Gives a text of that many bytes.',
  effect: 'read',
  input: z.strictObject({ size: z.int().min(0).max(1_000) }),
  output: z.object({ size: z.int() }),
  run: ({ size }) => ({ size }),
  text: ({ size }) => 'x'.repeat(size),
});
const serve = createToolServer({ name: 'bench', title: 'Bench', instructions: '' }, createRunner([bytes]));
const inProcess = async (events) => openInProcess('bench', serve, events);
const child = (events) =>
  openChild(
    { serverName: 'bench', command: process.execPath, args: [SERVER], env: {}, cwd: import.meta.dirname },
    events,
  );

const rows = [
  { title: 'child process', upstream: await connect(child) },
  { title: 'in process', upstream: await connect(inProcess) },
  { title: 'in process, by initialize', upstream: await connect(inProcess, 'legacy') },
];
for (const row of rows) await load(row.upstream, 16, WARM_UP_MS);
for (const inFlight of [1, 16]) {
  for (const row of rows) row.figures = [];
  for (let round = 0; round < rounds; round++)
    for (const row of rows) row.figures.push(await load(row.upstream, inFlight, ms));
  for (const { title, figures } of rows)
    process.stdout.write(
      `${String(inFlight).padStart(2)} in flight  ${title.padEnd(26)} ${median(figures).toFixed(1)} µs a call\n`,
    );
}
await Promise.all(rows.map(({ upstream }) => upstream.close(1_000)));

function connect(open, remembered) {
  const ignore = () => {};
  return connectUpstream({
    serverName: 'bench',
    open,
    clock: systemClock,
    remembered,
    timeouts: { start: 10_000, call: 10_000, callMax: 60_000 },
    onNoise: ignore,
    onStderr: ignore,
    onNotification: ignore,
    onInventory: ignore,
    onClosed: ignore,
    onStale: ignore,
  });
}

/** Microseconds per call, with this number of calls in flight. */
async function load(upstream, inFlight, forMs) {
  const start = performance.now();
  const until = start + forMs;
  let calls = 0;
  const client = async () => {
    while (performance.now() < until) {
      const { kind } = await upstream.call({ method: 'tools/call', params: PARAMS }, CALLER).reply;
      if (kind !== 'result') throw new Error('a call failed');
      calls++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  return ((performance.now() - start) * 1_000) / calls;
}
