/**
 * Ends the process if one input keeps it busy without end: a thread of its own sees that, since the main thread cannot.
 * Run as a worker, this file is that thread.
 */
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const LIMIT_SECONDS = 120;
const FIELDS = { inputs: 0, seed: 1, run: 2 } as const;

export interface StallWatch {
  /** Call before each input. */
  onInput(seed: number, run: number): void;
  stop(): Promise<number>;
}

/** @param target its name, for the message */
export function watchForStalls(target: string): StallWatch {
  const shared = new SharedArrayBuffer(Object.keys(FIELDS).length * Int32Array.BYTES_PER_ELEMENT);
  const fields = new Int32Array(shared);
  const worker = new Worker(import.meta.filename, { workerData: { shared, target } });
  worker.unref();
  return {
    onInput(seed, run) {
      fields[FIELDS.seed] = seed;
      fields[FIELDS.run] = run;
      Atomics.add(fields, FIELDS.inputs, 1);
    },
    stop: () => worker.terminate(),
  };
}

function watch({ shared, target }: { shared: SharedArrayBuffer; target: string }): void {
  const fields = new Int32Array(shared);
  let seen = -1;
  let seconds = 0;
  setInterval(() => {
    const inputs = Atomics.load(fields, FIELDS.inputs);
    seconds = inputs === seen ? seconds + 1 : 0;
    seen = inputs;
    if (seconds < LIMIT_SECONDS) return;
    const [, seed, run] = fields;
    // The main thread is busy, so its streams do not flush.
    process.report.writeReport(`fuzz-${target}-${seed}.json`);
    process.kill(process.pid, 'SIGABRT');
    process.stderr.write(`${target}: input ${run} of seed ${seed} does not end within ${LIMIT_SECONDS} s\n`);
  }, 1_000);
}

if (!isMainThread && workerData?.target) watch(workerData);
