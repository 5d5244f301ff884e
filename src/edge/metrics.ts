/**
 * Figures for Prometheus. The hot path adds to plain numbers; they become metrics only when `/metrics` is
 * read.
 */
import { Counter, Gauge, Registry } from 'prom-client';
import type { CallTally } from '../model/calls.ts';
import type { GatewayControl } from '../model/operator.ts';
import { latencyText } from './latency-text.ts';
import type { Legacy } from './legacy/legacy.ts';
import type { Modern } from './modern/modern.ts';
import { usageText } from './usage-text.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** What is watched of the gateway. Without `usage` there are no metrics of what servers use. */
export type Watched = Pick<GatewayControl, 'status'> & Partial<Pick<GatewayControl, 'usage'>>;

type Labels = Record<string, string>;

interface Metric {
  readonly kind: typeof Counter | typeof Gauge;
  readonly name: string;
  readonly help: string;
  readonly labels: string[];
  rows(): [value: number, labels?: Labels][];
}

/** An engine answers in milliseconds; Prometheus gives up a scrape after ten seconds. */
const USAGE_WAIT_MS = 500;

/** `modern` has no sessions; its streams and parked calls are counted instead. */
export function createMetrics(
  { status, usage }: Watched,
  tallies: ReadonlyMap<string, CallTally>,
  modern: Pick<Modern, 'listenStreams' | 'parkedCalls'>,
  legacy: Pick<Legacy, 'keptBytes'>,
): Metrics {
  const usageNow = async () => (usage ? usageText(await usage(USAGE_WAIT_MS)) : '');
  const registry = new Registry();
  const all = [...callMetrics(tallies), ...serverMetrics(status), ...gatewayMetrics(status, modern, legacy)];
  for (const metric of all) register(registry, metric);
  return {
    contentType: registry.contentType,
    text: async () => (await registry.metrics()) + latencyText(tallies) + (await usageNow()),
  };
}

function register(registry: Registry, { kind, name, help, labels, rows }: Metric): void {
  const options = { name, help, labelNames: labels, registers: [registry] };
  if (kind === Gauge)
    new Gauge({
      ...options,
      collect() {
        this.reset();
        for (const [value, row = {}] of rows()) this.set(row, value);
      },
    });
  else
    new Counter({
      ...options,
      collect() {
        this.reset();
        for (const [value, row = {}] of rows()) this.inc(row, value);
      },
    });
}

function callMetrics(tallies: ReadonlyMap<string, CallTally>): Metric[] {
  const each = (pick: (tally: CallTally) => number, more: Labels = {}) =>
    [...tallies].map(([server, tally]): [number, Labels] => [pick(tally), { server, ...more }]);
  return [
    {
      kind: Counter,
      name: 'hive_calls_total',
      help: 'Requests passed to servers, by outcome.',
      labels: ['server', 'outcome'],
      rows: () => [
        ...each((tally) => tally.succeeded, { outcome: 'result' }),
        ...each((tally) => tally.failed, { outcome: 'error' }),
      ],
    },
    {
      kind: Counter,
      name: 'hive_tool_errors_total',
      help: 'Results by which a tool says that it failed.',
      labels: ['server'],
      rows: () => each((tally) => tally.toolErrors),
    },
    {
      kind: Counter,
      name: 'hive_call_seconds_total',
      help: 'Time that answered requests took.',
      labels: ['server'],
      rows: () => each((tally) => tally.milliseconds / 1000),
    },
    {
      kind: Gauge,
      name: 'hive_calls_in_flight',
      help: 'Requests that servers have not answered yet.',
      labels: ['server'],
      rows: () => each((tally) => tally.inFlight),
    },
  ];
}

function serverMetrics(status: GatewayControl['status']): Metric[] {
  const servers = () => status().servers;
  return [
    {
      kind: Gauge,
      name: 'hive_server_state',
      help: 'Always 1; the label tells the state.',
      labels: ['server', 'state'],
      rows: () => servers().map(({ serverName, state }) => [1, { server: serverName, state }]),
    },
    {
      kind: Counter,
      name: 'hive_server_restarts_total',
      help: 'Restarts of a server.',
      labels: ['server'],
      rows: () => servers().map(({ serverName, restarts }) => [restarts, { server: serverName }]),
    },
    {
      kind: Counter,
      name: 'hive_server_noise_bytes_total',
      help: 'Bytes on stdout that were no message.',
      labels: ['server'],
      rows: () => servers().map(({ serverName, noise }) => [noise.bytes, { server: serverName }]),
    },
  ];
}

function gatewayMetrics(
  status: GatewayControl['status'],
  modern: Pick<Modern, 'listenStreams' | 'parkedCalls'>,
  legacy: Pick<Legacy, 'keptBytes'>,
): Metric[] {
  const gauge = (name: string, help: string, value: () => number): Metric => ({
    kind: Gauge,
    name,
    help,
    labels: [],
    rows: () => [[value()]],
  });
  return [
    gauge('hive_sessions', 'Open client sessions.', () => status().sessions),
    gauge('hive_listen_streams', 'Open subscriptions/listen streams.', () => modern.listenStreams),
    gauge('hive_parked_calls', 'Calls that wait for an answer of their client.', () => modern.parkedCalls),
    gauge(
      'hive_kept_event_bytes',
      'Events kept for clients that lose their connection.',
      () => legacy.keptBytes,
    ),
    gauge('process_resident_memory_bytes', 'Memory of the gateway process.', () => process.memoryUsage.rss()),
  ];
}
