/** Metrics of what servers use, and the words about all metrics in the documents. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { createMetrics } from '../../src/edge/metrics.ts';
import type { CallTally } from '../../src/model/calls.ts';
import type { Usage } from '../../src/model/watch/usage.ts';
import { gatewayStatus, status } from './harness.ts';

const BUSY: Usage = {
  ...{ at: 1, cpuSeconds: 2.5, memoryBytes: 700, memoryLimitBytes: 5_000 },
  ...{ receivedBytes: 11, sentBytes: 22, pids: 3 },
};

const NATIVE: Usage = { at: 1, cpuSeconds: 1, memoryBytes: 9, pids: 1 };

const TALLY: CallTally = {
  ...{ inFlight: 0, succeeded: 1, failed: 0, toolErrors: 0, milliseconds: 1 },
  latencies: new Map(),
};

async function textOf(usages: ReadonlyMap<string, Usage>): Promise<string> {
  const limits: (number | undefined)[] = [];
  const control = {
    status: () => gatewayStatus([status('a')], 0),
    usage: async (limitMs?: number) => {
      limits.push(limitMs);
      return { usages, calls: new Map() };
    },
  };
  const modern = { listenStreams: 0, parkedCalls: 0 };
  const text = await createMetrics(control, new Map([['a', TALLY]]), modern, { keptBytes: 0 }).text();
  assert.deepEqual(limits, [500], 'a scrape must not wait for an engine that hangs');
  return text;
}

test('metrics have what servers use, and no row for a figure that is not known', async () => {
  const text = await textOf(
    new Map([
      ['a"b', BUSY],
      ['n', NATIVE],
    ]),
  );
  const rows = text.split('\n').filter((line) => /^hive_server_(?!state|restarts|noise)/.test(line));
  assert.deepEqual(rows, [
    'hive_server_cpu_seconds_total{server="a\\"b"} 2.5',
    'hive_server_cpu_seconds_total{server="n"} 1',
    'hive_server_memory_bytes{server="a\\"b"} 700',
    'hive_server_memory_bytes{server="n"} 9',
    'hive_server_memory_limit_bytes{server="a\\"b"} 5000',
    'hive_server_received_bytes_total{server="a\\"b"} 11',
    'hive_server_sent_bytes_total{server="a\\"b"} 22',
    'hive_server_pids{server="a\\"b"} 3',
    'hive_server_pids{server="n"} 1',
  ]);
  assert.match(text, /^# TYPE hive_server_cpu_seconds_total counter$/m);
});

test('metrics that nobody could measure are left out', async () => {
  assert.doesNotMatch(await textOf(new Map()), /hive_server_(cpu|memory|pids)/);
});

test('the documents must name every metric', async () => {
  const page = readFileSync(new URL('../../docs/observe.md', import.meta.url), 'utf8');
  const text = await textOf(new Map([['a', BUSY]]));
  const names = [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name);
  assert.ok(names.length > 15, `${names.length} metrics`);
  assert.deepEqual(
    names.filter((name) => !page.includes(`\`${name}\``)),
    [],
  );
});
