/**
 * The client process: it receives jobs from its parent and answers each with figures. A job is one cell of one round: `clients`
 * clients, each with one call in flight, for `ms` milliseconds; calls started within that time are completed.
 */
import { cpuOf } from './cpu.mjs';
import { openConnection, requestBytes } from './http.mjs';
import { openStream } from './sse.mjs';
import { openAttach, openChild } from './stdio.mjs';

const PATIENCE_MS = 30_000;

/** @typedef {{ target: any, size: number, clients: number, ms: number }} Job */

process.on('message', async (job) => {
  try {
    process.send?.({ figures: await run(/** @type {Job} */ (job)) });
  } catch (error) {
    process.send?.({ error: error.message });
  }
});
process.on('disconnect', () => process.exit(0));

/** `{ calls, seconds, p50, p90, p99 (ms), cpu (µs a call) }` */
async function run({ target, clients, size, ms }) {
  const callers = await openCallers(target, clients, size);
  const latencies = [];
  const cpuBefore = cpuOf(target.pid);
  const began = performance.now();
  const deadline = began + ms;
  await within(Promise.all(callers.map(({ call }) => callUntil(deadline, call, latencies))));
  const seconds = (performance.now() - began) / 1000;
  const cpuAfter = cpuOf(target.pid);
  for (const { close } of callers) close();
  const cpu = cpuBefore === undefined || cpuAfter === undefined ? Number.NaN : cpuAfter - cpuBefore;
  return summary(latencies, seconds, cpu);
}

async function callUntil(deadline, call, latencies) {
  for (let now = performance.now(); now < deadline; ) {
    await call();
    const then = performance.now();
    latencies.push(then - now);
    now = then;
  }
}

function openCallers(target, clients, size) {
  const indices = Array.from({ length: clients }, (_, index) => index);
  if (target.kind === 'http') return Promise.all(indices.map((index) => httpCaller(target, index, size)));
  if (target.kind === 'sse') return Promise.all(indices.map(() => openStream(target, size)));
  const peer = stdioPeer(target);
  return indices.map((index) => ({ call: () => peer.call(index, size), close: () => {} }));
}

function httpCaller(target, index, size) {
  const { sessions = [], body } = target;
  const headers = [...(target.headers ?? []), ...(sessions[index] ?? [])];
  const text = body.replaceAll('$ID', index + 1).replaceAll('$SIZE', size);
  const request = requestBytes({ ...target, headers }, text);
  return new Promise((resolve, reject) => {
    const connection = openConnection(target.port, () => resolve({ call, close: connection.close }));
    const call = () =>
      new Promise((done, fail) =>
        connection.send(request, (error) => (error ? fail(error) : done(undefined))),
      );
    setTimeout(() => reject(new Error('cannot connect')), PATIENCE_MS).unref();
  });
}

const peers = new Map();

/** Kept for all rounds, since its start is not measured. */
function stdioPeer(target) {
  const key = JSON.stringify(target);
  if (!peers.has(key)) peers.set(key, openPeer(target));
  return peers.get(key);
}

function openPeer({ kind, command, socketPath, containerId }) {
  const waiting = new Map();
  let nextId = 1;
  const onAnswer = (id) => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const link =
    kind === 'child' ? openChild(command, onAnswer) : openAttach(socketPath, containerId, onAnswer);
  const call = (_, size) =>
    new Promise((resolve) => {
      const id = nextId++;
      waiting.set(id, resolve);
      const params = `{"name":"bytes","arguments":{"size":${size}}}`;
      link.send(`{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}\n`);
    });
  return { call, close: link.close };
}

async function within(promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  await Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

function summary(latencies, seconds, cpu) {
  const sorted = Float64Array.from(latencies).sort();
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
  const calls = sorted.length;
  const perCall = Number.isNaN(cpu) ? undefined : cpu / calls;
  return { calls, rate: calls / seconds, p50: at(0.5), p90: at(0.9), p99: at(0.99), cpu: perCall };
}
