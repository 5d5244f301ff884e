/** The log store of a stack that asks for one: nothing of it is loaded, and no thread started, before. */
import { join } from 'node:path';
import { GatewayError } from './errors.ts';
import type { LogKeeper } from './logs/keeper.ts';
import { hasSqlite, logLimits } from './logs/settings.ts';
import type { Clock } from './model/clock.ts';
import type { GatewayControl } from './model/operator.ts';
import type { Stack } from './model/stack.ts';
import type { LogEntry, Trouble } from './model/status.ts';
import type { Notices } from './notices.ts';
import type { Logs } from './runtime/memory/logs.ts';
import type { Secret } from './secrets/redact.ts';

export interface StoredLogsParts {
  readonly state: { readonly path: string };
  readonly stack: { readonly desired: { readonly stack: Stack; readonly secrets: readonly Secret[] } };
  readonly logs: Pick<Logs, 'read' | 'history' | 'onEntry'>;
  readonly notices: Pick<Notices, 'sayWhile'>;
  readonly say: (text: string) => void;
  readonly clock: Clock;
  /** Only tests set it. */
  readonly nodeVersion?: string;
}

export interface StoredLogs {
  /** Finds lines on disk, or in memory if none are kept there. @throws GatewayError USAGE, STATE_FAILED */
  readonly search: GatewayControl['searchLogs'];
  readonly troubles: readonly Trouble[];
  /** Sets what is called when a trouble begins or ends. */
  onTroubles(listener: () => void): void;
  /** Begins or ends the store, or changes its limits, as the file asks now. */
  follow(): void;
}

/** Begins at once if the file asks for it. @param acquired closes the result */
export function createStoredLogs(parts: StoredLogsParts, acquired: AsyncDisposableStack): StoredLogs {
  const { stack, logs, notices, clock } = parts;
  const nodeVersion = parts.nodeVersion ?? process.versions.node;
  let opening: Promise<Opened> | undefined;
  let opened: Opened | undefined;
  let listener = (): void => {};
  /** Unix milliseconds: older lines are on disk already. */
  let storedUntil = 0;
  const limits = () => logLimits(stack.desired.stack);
  const isOn = (): boolean => limits() !== undefined && hasSqlite(nodeVersion);

  const end = async (): Promise<void> => {
    const last = await opening;
    [opening, opened] = [undefined, undefined];
    storedUntil = clock.now();
    await last?.close();
  };
  const begin = (): void => {
    opening ??= open(parts, storedUntil, () => listener()).then((it) => {
      opened = it;
      return it;
    });
  };
  const stored: StoredLogs = {
    get troubles() {
      if (limits() && !hasSqlite(nodeVersion)) return [unavailable(nodeVersion)];
      return opened?.keeper.troubles ?? [];
    },
    async search(request) {
      if (isOn() && opening) return (await opening).keeper.search(request);
      const { searchMemory } = await import('./logs/memory-search.ts');
      return searchMemory(logs.history(), request, clock.now());
    },
    onTroubles(next) {
      listener = next;
    },
    follow() {
      const wanted = limits();
      const isOld = wanted !== undefined && !hasSqlite(nodeVersion);
      notices.sayWhile('logs-node', isOld ? unavailable(nodeVersion).reason : '');
      if (!isOn()) void end();
      else if (opened && wanted) opened.keeper.setLimits(wanted);
      else begin();
    },
  };
  stored.follow();
  return acquired.adopt(stored, end);
}

interface Opened {
  readonly keeper: LogKeeper;
  close(): Promise<void>;
}

async function open(parts: StoredLogsParts, since: number, onTroubles: () => void): Promise<Opened> {
  const { state, stack, logs, notices, clock, say } = parts;
  const [{ LogKeeper }, { startWorker }, { DEFAULT_LIMITS }] = await Promise.all([
    import('./logs/keeper.ts'),
    import('./logs/worker.ts'),
    import('./logs/settings.ts'),
  ]);
  const keeper = new LogKeeper({
    folder: join(state.path, 'logs'),
    limits: logLimits(stack.desired.stack) ?? DEFAULT_LIMITS,
    clock,
    startWorker,
    secrets: () => stack.desired.secrets,
    sayWhile: (text) => notices.sayWhile('logs', text, 'logs are written again'),
    onTroubles,
    say,
  });
  const add = (entry: LogEntry): void => keeper.add(entry);
  for (const entry of logs.read()) if (entry.at >= since) add(entry);
  const leave = logs.onEntry(add);
  return {
    keeper,
    close() {
      leave();
      return keeper.close();
    },
  };
}

function unavailable(nodeVersion: string): Trouble {
  const {
    code,
    message,
    hint = '',
  } = new GatewayError(
    'STATE_FAILED',
    `\`logs\` has no effect: it needs Node 22.16 or newer, and this is Node ${nodeVersion}; the newest ` +
      'lines of each server stay in memory',
    { hint: 'install a newer Node (https://nodejs.org/en/download), or remove `logs` from the file' },
  );
  return { about: 'logs', code, reason: message, hint, since: 0 };
}
