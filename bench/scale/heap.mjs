/** Heap of a process after a full collection, through V8's inspector (start the process with `--inspect`). */
import { untilReady } from '../processes.mjs';

export async function openHeap(started) {
  const url = await untilReady(
    started,
    async () => /Debugger listening on (ws:\S+)/.exec(started.output)?.[1],
  );
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => Object.assign(socket, { onopen: resolve, onerror: reject }));
  const waiting = new Map();
  let nextId = 1;
  socket.onmessage = ({ data }) => {
    const { id, result } = JSON.parse(data);
    waiting.get(id)?.(result);
    waiting.delete(id);
  };
  const ask = (method) =>
    new Promise((resolve) => {
      waiting.set(nextId, resolve);
      socket.send(JSON.stringify({ id: nextId++, method }));
    });
  return {
    /** Bytes of objects, and of their buffers outside the heap. */
    async used() {
      await ask('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
