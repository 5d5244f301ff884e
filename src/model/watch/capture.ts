/** Arguments and results of calls, kept while an operator wants to see them. */
import type { CallRecord } from './call-record.ts';

export const CAPTURE_LIMITS = {
  /** Of the params or the reply of one call: the rest is left out. */
  messageBytes: 64 * 1024,
  /** Of all calls: the oldest are dropped. */
  totalBytes: 16 * 1024 * 1024,
  /** A capture ends by itself. */
  longestMs: 24 * 60 * 60 * 1_000,
} as const;

/** A capture that runs. */
export interface CaptureState {
  /** Empty: of all servers. */
  readonly servers: readonly string[];
  /** Unix milliseconds of its end, when everything is forgotten. */
  readonly until: number;
  /** Calls that are kept. */
  readonly calls: number;
  readonly bytes: number;
}

/** What is kept, in words. */
export const capturedWhat = ({ servers }: CaptureState): string =>
  `arguments and results of calls to ${servers.length === 0 ? 'all servers' : servers.join(', ')}`;

/** What one call sent and received, as JSON text without secrets; a long one is cut. */
export interface CapturedTexts {
  readonly request: string;
  /** Bytes that were left out at its end. */
  readonly requestLeftOut: number;
  readonly reply: string;
  readonly replyLeftOut: number;
}

/** A call with its texts, if they are kept. */
export type ShownCall = CallRecord & Partial<CapturedTexts>;
