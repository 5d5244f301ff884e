/** Figures for Prometheus. The hot path adds to plain numbers; they are turned into metrics only when somebody asks. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { CallTally } from '../model/calls.ts';
import type { GatewayControl } from '../model/operator.ts';

export interface Metrics {
  readonly contentType: string;
  text(): Promise<string>;
}

/** What clients of 2026-07-28 hold open, who have no sessions. */
export interface Held {
  /** Subscription streams. */
  readonly listens: number;
  /** Calls that wait for their client to come back. */
  readonly parked: number;
}

export function createMetrics(
  control: Pick<GatewayControl, 'status'>,
  tallies: ReadonlyMap<string, CallTally>,
  held: () => Held,
): Metrics {
  const registry = registerAll(control, tallies, held);
  return { contentType: registry.contentType, text: () => registry.metrics() };
}

type Labels = Record<string, string>;
type Rows = () => [value: number, labels?: Labels][];

function registerAll(
  control: Pick<GatewayControl, 'status'>,
  tallies: ReadonlyMap<string, CallTally>,
  held: () => Held,
): Registry {
  const registry = new Registry();
  const gauge = (name: string, help: string, labels: string[], rows: Rows) =>
    new Gauge({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, labels = {}] of rows()) this.set(labels, value);
      },
    });
  const counter = (name: string, help: string, labels: string[], rows: Rows) =>
    new Counter({
      name,
      help,
      labelNames: labels,
      registers: [registry],
      collect() {
        this.reset();
        for (const [value, labels = {}] of rows()) this.inc(labels, value);
      },
    });
  const calls = (pick: (tally: CallTally) => number, more: Labels = {}) =>
    [...tallies].map(([server, tally]): [number, Labels] => [pick(tally), { server, ...more }]);
  const servers = () => control.status().servers;

  counter('hive_calls_total', 'Requests passed to servers, by outcome.', ['server', 'outcome'], () => [
    ...calls((tally) => tally.succeeded, { outcome: 'result' }),
    ...calls((tally) => tally.failed, { outcome: 'error' }),
  ]);
  counter('hive_call_seconds_total', 'Time that answered requests took.', ['server'], () =>
    calls((tally) => tally.milliseconds / 1000),
  );
  gauge('hive_calls_in_flight', 'Requests that servers have not answered yet.', ['server'], () =>
    calls((tally) => tally.inFlight),
  );
  gauge('hive_sessions', 'Open client sessions.', [], () => [[control.status().sessions]]);
  gauge('hive_listen_streams', 'Open subscriptions/listen streams.', [], () => [[held().listens]]);
  gauge('hive_parked_calls', 'Calls that wait for an answer of their client.', [], () => [[held().parked]]);
  gauge('hive_server_state', 'Always 1; the label tells the state.', ['server', 'state'], () =>
    servers().map(({ serverName, state }) => [1, { server: serverName, state }]),
  );
  counter('hive_server_restarts_total', 'Restarts of a server.', ['server'], () =>
    servers().map(({ serverName, restarts }) => [restarts, { server: serverName }]),
  );
  counter('hive_server_noise_bytes_total', 'Bytes on stdout that were no message.', ['server'], () =>
    servers().map(({ serverName, noise }) => [noise.bytes, { server: serverName }]),
  );
  gauge('process_resident_memory_bytes', 'Memory of the gateway process.', [], () => [
    [process.memoryUsage.rss()],
  ]);
  return registry;
}
