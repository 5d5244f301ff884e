/**
 * The thread of a log store. The same file starts it and runs in it, so that the build finds it wherever it
 * puts this file, and a gateway that runs on an older build starts the worker of that build.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { WORKER_MARK, type WorkerStart } from './store/messages.ts';

/** Starts the thread. The caller must end it. */
export function startWorker(start: Omit<WorkerStart, 'mark'>): Worker {
  const data: WorkerStart = { ...start, mark: WORKER_MARK };
  const worker = new Worker(new URL(import.meta.url), { workerData: data, name: 'logs' });
  // The gateway closes it; a command that fails must not wait for it.
  worker.unref();
  return worker;
}

if (!isMainThread && Object(workerData).mark === WORKER_MARK) await serve(workerData as WorkerStart);

async function serve(start: WorkerStart): Promise<void> {
  const port = parentPort;
  if (!port) return;
  const { serveLogs } = await import('./store/serve.ts');
  serveLogs(
    start,
    {
      send: (message) => port.postMessage(message),
      onMessage: (listener) => port.on('message', listener),
      end: () => port.close(),
    },
    {
      now: () => Date.now(),
      ticks: () => performance.now(),
      pause: () => new Promise((resolve) => setImmediate(resolve)),
      every(ms, run) {
        const timer = setInterval(run, ms).unref();
        return () => clearInterval(timer);
      },
    },
  );
}
