/** What a process really holds: its heap after a full collection, asked for over V8's inspector (start it with `--inspect`). */
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
    /** Bytes: objects, and the buffers that they hold outside the heap. */
    async used() {
      await ask('HeapProfiler.collectGarbage');
      const { usedSize, backingStorageSize = 0 } = await ask('Runtime.getHeapUsage');
      return usedSize + backingStorageSize;
    },
    close: () => socket.close(),
  };
}
