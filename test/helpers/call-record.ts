/** Finished calls for tests. */
import type { CallRecord } from '../../src/model/watch/call-record.ts';

/** 2026-11-21, 12:00:00 UTC. */
const NOON = 1_795_262_400_000;

export const callOf = (parts: Partial<CallRecord> = {}): CallRecord => ({
  seq: 1,
  at: NOON,
  ms: 1.5,
  client: 'tester',
  principal: '',
  era: 'legacy',
  server: 's',
  method: 'tools/call',
  target: 's_t',
  bytesIn: 20,
  bytesOut: 40,
  outcome: 'ok',
  ...parts,
});
