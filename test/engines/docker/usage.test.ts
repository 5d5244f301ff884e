/** What engines answer about the usage of a container. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usageOf } from '../../../src/engines/docker/usage.ts';

const READ = '2026-11-21T12:00:00.123456789Z';
const cpu_stats = { cpu_usage: { total_usage: 2_500_000_000 } };

test('figures must be those that `docker stats` shows: memory without the cache of files, all networks', () => {
  const answer = {
    read: READ,
    cpu_stats,
    memory_stats: { usage: 1_000, limit: 5_000, stats: { inactive_file: 300 } },
    networks: { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 20 } },
    pids_stats: { current: 3 },
  };
  assert.deepEqual(usageOf(answer), {
    at: 1_795_262_400_123,
    cpuSeconds: 2.5,
    memoryBytes: 700,
    memoryLimitBytes: 5_000,
    receivedBytes: 11,
    sentBytes: 22,
    pids: 3,
  });
  const older = { usage: 1_000, stats: { total_inactive_file: 400 } };
  assert.deepEqual(usageOf({ read: READ, cpu_stats, memory_stats: older }), {
    at: 1_795_262_400_123,
    cpuSeconds: 2.5,
    memoryBytes: 600,
  });
});

test('an answer without figures, or with others than numbers, must give none', () => {
  const stopped = {
    read: '0001-01-01T00:00:00Z',
    cpu_stats: { cpu_usage: { total_usage: 0 } },
    memory_stats: {},
  };
  assert.equal(usageOf(stopped), undefined);
  assert.equal(usageOf({}), undefined);
  assert.equal(usageOf({ read: READ, cpu_stats, memory_stats: { usage: '1' } }), undefined);
});
