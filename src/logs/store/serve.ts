/** The worker's side of the log store: masks and writes batches, and searches between them. */
import { GatewayError, toGatewayError } from '../../errors.ts';
import type { LogSearch } from '../../model/watch/log-search.ts';
import { createHider } from '../../secrets/hider.ts';
import type { Secret } from '../../secrets/redact.ts';
import { parseQuery } from '../query/parse-query.ts';
import { LogFolder } from './log-folder.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { searchFolder } from './search.ts';
import { readCursor } from './segments.ts';
import { describeFault } from './sqlite-fault.ts';

/** How often old files are looked for while nobody writes. */
const DROP_MS = 3_600_000;

export interface WorkerPort {
  send(message: FromWorker): void;
  onMessage(listener: (message: ToWorker) => void): void;
  /** Ends the worker. */
  end(): void;
}

export interface WorkerTools {
  readonly now: () => number;
  readonly ticks: () => number;
  readonly pause: () => Promise<void>;
  /** Returns the function that ends it. */
  readonly every: (ms: number, run: () => void) => () => void;
}

/** Serves one folder until it is told to close. */
export function serveLogs({ folder: path, limits }: WorkerStart, port: WorkerPort, tools: WorkerTools): void {
  const folder = new LogFolder(path, limits, tools.now, {
    aside: (name, reason) => port.send({ kind: 'aside', name, reason }),
  });
  let secrets: readonly Secret[] = [];
  const hider = createHider(() => secrets);
  const endDropping = tools.every(DROP_MS, () => folder.dropOld());

  const write = ({ batch, entries }: Extract<ToWorker, { kind: 'write' }>): void => {
    try {
      folder.write(entries.map((entry) => ({ ...entry, text: hider.redact(entry.text) })));
      port.send({ kind: 'written', batch });
    } catch (error) {
      port.send({ kind: 'failed', batch, reason: describeFault(error) });
    }
  };
  const search = async ({ request, search, now }: Extract<ToWorker, { kind: 'search' }>): Promise<void> => {
    try {
      port.send({ kind: 'found', request, found: await searchIn(folder, search, now, tools) });
    } catch (error) {
      const { code, message, hint } = toGatewayError(error);
      port.send({ kind: 'refused', request, error: { code, message, hint } });
    }
  };
  port.onMessage((message) => {
    switch (message.kind) {
      case 'limits':
        folder.setLimits(message.limits);
        break;
      case 'secrets':
        secrets = message.secrets;
        break;
      case 'write':
        write(message);
        break;
      case 'search':
        void search(message);
        break;
      case 'close':
        endDropping();
        folder.close();
        port.send({ kind: 'closed' });
        port.end();
    }
  });
}

/** @throws GatewayError USAGE */
export function searchIn(
  folder: LogFolder,
  { query = '', servers, limit, cursor: text }: LogSearch,
  now: number,
  tools: Pick<WorkerTools, 'ticks' | 'pause'>,
) {
  const cursor = text === undefined ? undefined : readCursor(text);
  if (text !== undefined && !cursor)
    throw new GatewayError('USAGE', `not a cursor: ${text}`, {
      hint: 'pass `older` or `newer` of an earlier answer as it is',
    });
  const parsed = parseQuery(query, now);
  const allowed = servers && { names: servers, isNot: false };
  const all = { ...parsed, servers: [...parsed.servers, ...(allowed ? [allowed] : [])] };
  return searchFolder(folder, { query: all, limit, cursor }, tools);
}
