/** Measures the memory that a gateway holds. */
import { once } from 'node:events';
import type { Running } from './hive.ts';

/** Environment for `up` that lets `bytesHeldBy` attach to the gateway: its inspector takes any free port. */
export const INSPECTABLE = { NODE_OPTIONS: '--inspect-port=0' };

const ADDRESS = /Debugger listening on (ws:\S+)/;
const EXPRESSION = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
}

/**
 * Bytes that the gateway still references after a full collection, buffers included. The size of the process would not do: it
 * depends on the last collection. The inspector is detached afterwards, since an attached one would delay the gateway's exit.
 */
export async function bytesHeldBy(hive: Running): Promise<number> {
  hive.child.kill('SIGUSR1');
  await hive.untilPrinted(ADDRESS);
  const socket = new WebSocket(ADDRESS.exec(hive.output())?.[1] ?? '');
  await once(socket, 'open');
  let last = 0;
  const ask = async (method: string, params: object = {}): Promise<Answer> => {
    const id = ++last;
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [{ data }] = (await once(socket, 'message')) as [MessageEvent];
      const answer = JSON.parse(String(data)) as Answer;
      if (answer.id === id) return answer;
    }
  };
  // The first collection only marks buffers as free; the second subtracts them.
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.collectGarbage');
  const { result } = await ask('Runtime.evaluate', { expression: EXPRESSION });
  socket.close();
  await once(socket, 'close');
  return Number(result?.result?.value);
}
