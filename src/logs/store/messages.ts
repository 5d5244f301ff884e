/** What the gateway and the worker of its log store tell each other. */
import type { LogLimits } from '../../model/stack.ts';
import type { LogEntry } from '../../model/status.ts';
import type { FoundLines, LogSearch } from '../../model/watch/log-search.ts';
import type { Secret } from '../../secrets/redact.ts';

/** Marks the worker's data, since a module cannot know otherwise for whom it was loaded. */
export const WORKER_MARK = 'hive-log-store';

export interface WorkerStart {
  readonly mark: typeof WORKER_MARK;
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly limits: LogLimits;
}

export type ToWorker =
  | { readonly kind: 'limits'; readonly limits: LogLimits }
  /** Secrets to mask from now on, beside the earlier ones. */
  | { readonly kind: 'secrets'; readonly secrets: readonly Secret[] }
  | { readonly kind: 'write'; readonly batch: number; readonly entries: readonly LogEntry[] }
  | { readonly kind: 'search'; readonly request: number; readonly search: LogSearch; readonly now: number }
  | { readonly kind: 'close' };

export type FromWorker =
  | { readonly kind: 'written'; readonly batch: number }
  /** Nothing of the batch was written. */
  | { readonly kind: 'failed'; readonly batch: number; readonly reason: string }
  | { readonly kind: 'found'; readonly request: number; readonly found: FoundLines }
  | { readonly kind: 'refused'; readonly request: number; readonly error: WireError }
  /** A file was set aside, since it cannot be read. */
  | { readonly kind: 'aside'; readonly name: string; readonly reason: string }
  | { readonly kind: 'closed' };

export interface WireError {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}
