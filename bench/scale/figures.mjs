/** Measurements at one step of a curve; `client` is the process that calls. */
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { callBody, openSession, post } from '../mcp.mjs';
import { serve } from './static-server.mjs';

/** Compares `tools/list` through the gateway with a server that sends the same bytes, prepared. */
export async function listFigures(client, hive, callMs) {
  const sessions = [await openSession(hive.url)];
  const body = '{"jsonrpc":"2.0","id":$ID,"method":"tools/list"}';
  const { text } = await post(hive.url, body.replace('$ID', '1'), sessions[0]);
  const port = Number(new URL(hive.url).port);
  const target = { kind: 'http', port, path: '/mcp', pid: hive.pid, sessions, body };
  const server = await serve(text.length);
  const [ours, bytes] = await alternating(client, [target, { ...target, ...server.target }], callMs / 2);
  await server.stop();
  return {
    'tools/list': `${(text.length / 1000).toFixed(0)} kB, ${ours.p50.toFixed(3)} ms`,
    'its bytes alone': `${bytes.p50.toFixed(3)} ms`,
    ratio: (ours.p50 / bytes.p50).toFixed(2),
  };
}

async function alternating(client, targets, ms) {
  const best = [];
  for (let round = 0; round < 4; round++)
    for (const [index, target] of targets.entries()) {
      const figures = await client.run({ target, size: 0, clients: 1, ms });
      if (!best[index] || figures.p50 < best[index].p50) best[index] = figures;
    }
  return best;
}

export async function callFigures(client, { url, pid }, ms) {
  const sessions = [await openSession(url)];
  const target = { kind: 'http', port: Number(new URL(url).port), path: '/mcp', pid, sessions };
  const job = { target: { ...target, body: callBody('s0_tool_1') }, size: 100, clients: 1 };
  await client.run({ ...job, ms });
  const { p50, p99, cpu } = await client.run({ ...job, ms });
  return { 'call p50': `${p50.toFixed(3)} ms`, p99: `${p99.toFixed(2)} ms`, CPU: `${cpu.toFixed(0)} µs` };
}

/** Memory in bytes after a few idle seconds, in which V8 returns unused memory. */
export async function settledMemory(pid, pause) {
  await delay(pause);
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
  return pages * 4096;
}

/** Hides one tool of the last server by an edit, and waits until a client no longer sees it. */
export async function reloadTime(hive, last) {
  const session = await openSession(hive.url);
  const { servers } = JSON.parse(readFileSync(hive.file, 'utf8'));
  servers[last] = { ...servers[last], tools: { deny: ['tool_0'] } };
  const began = performance.now();
  hive.save({ servers });
  const list = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
  for (;;) {
    const { text } = await post(hive.url, list, session);
    if (!text.includes(`"${last}_tool_0"`)) return performance.now() - began;
    await delay(2);
  }
}
