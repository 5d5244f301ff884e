/** Durations of calls as a histogram of Prometheus. */
import type { CallTally } from '../model/calls.ts';
import { LATENCY_BOUNDS_SECONDS, type Latency } from '../model/watch/latency.ts';
import { quoted } from './metric-text.ts';

const NAME = 'hive_call_duration_seconds';

export function latencyText(tallies: ReadonlyMap<string, CallTally>): string {
  const rows = [...tallies].flatMap(([server, { latencies }]) =>
    [...latencies].flatMap(([method, latency]) =>
      rowsOf(`server=${quoted(server)},method=${quoted(method)}`, latency),
    ),
  );
  const head = [`# HELP ${NAME} Time until servers answered requests.`, `# TYPE ${NAME} histogram`];
  return `${[...head, ...rows].join('\n')}\n`;
}

function rowsOf(labels: string, { counts, seconds }: Latency): string[] {
  let total = 0;
  const buckets = counts.map((count, index) => {
    total += count;
    return `${NAME}_bucket{le="${LATENCY_BOUNDS_SECONDS[index] ?? '+Inf'}",${labels}} ${total}`;
  });
  return [...buckets, `${NAME}_sum{${labels}} ${seconds}`, `${NAME}_count{${labels}} ${total}`];
}
