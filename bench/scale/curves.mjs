/** Curves: one gateway that grows, or one per step. A context has `client`, `steps`, `callMs`, `pause` (both in milliseconds) and `atEnd`. */
import { join } from 'node:path';
import { openSession } from '../mcp.mjs';
import { startHive, untilSettled } from '../rows/hive.mjs';
import { callFigures, listFigures, reloadTime, settledMemory } from './figures.mjs';
import { openHeap } from './heap.mjs';

const TOOLS_SERVER = join(import.meta.dirname, 'tools-server.mjs');
export const TOOLS_EACH = 20;

const toolsServer = (tools) => ({ command: process.execPath, args: [TOOLS_SERVER, String(tools)] });

const serversOf = (count, tools) =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`s${index}`, toolsServer(tools)]));

export async function sessionsCurve({ client, steps, callMs, pause, atEnd }) {
  const config = { servers: serversOf(1, TOOLS_EACH) };
  const hive = await startHive(config, atEnd, undefined, ['--inspect=127.0.0.1:0']);
  const heap = await openHeap(hive);
  atEnd(async () => heap.close());
  await untilSettled(hive.url);
  await callFigures(client, hive, callMs);
  const rows = [];
  let base;
  for (let open = 0, step = 0; step < steps.length; step++) {
    for (; open < steps[step]; open++) await openSession(hive.url);
    const call = await callFigures(client, hive, callMs);
    const used = await heap.used();
    base ??= used;
    const each = open === 0 ? '–' : `${((used - base) / open / 1000).toFixed(1)} kB`;
    const memory = mb(await settledMemory(hive.pid, pause));
    rows.push({ sessions: open, 'heap in use': mb(used), 'for each session': each, RSS: memory, ...call });
  }
  return rows;
}

export async function serversCurve({ client, steps, callMs, pause }) {
  const rows = [];
  for (const count of steps) {
    const ends = [];
    const hive = await startHive({ servers: serversOf(count, TOOLS_EACH) }, (end) => ends.push(end));
    await untilSettled(hive.url);
    const ready = performance.now() - hive.began;
    const memory = await settledMemory(hive.pid, pause);
    const reload = await reloadTime(hive, `s${count - 1}`);
    rows.push({
      servers: count,
      'all ready after': ms(ready),
      'memory (RSS)': mb(memory),
      'edit until listed': ms(reload),
      ...(await listFigures(client, hive, callMs)),
      ...(await callFigures(client, hive, callMs)),
    });
    for (const end of ends) await end();
  }
  return rows;
}

export async function toolsCurve({ client, steps, callMs, pause }) {
  const rows = [];
  for (const count of steps) {
    const ends = [];
    const hive = await startHive({ servers: serversOf(1, count) }, (end) => ends.push(end));
    await untilSettled(hive.url);
    const reload = await reloadTime(hive, 's0');
    const memory = await settledMemory(hive.pid, pause);
    rows.push({
      tools: count,
      'memory (RSS)': mb(memory),
      'edit until listed': ms(reload),
      ...(await listFigures(client, hive, callMs)),
      ...(await callFigures(client, hive, callMs)),
    });
    for (const end of ends) await end();
  }
  return rows;
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const ms = (value) => `${Math.round(value)} ms`;
