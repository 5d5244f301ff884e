/** What servers use of the machine, as metrics of Prometheus. */
import type { Usage, UsageReading } from '../model/watch/usage.ts';
import { type MetricText, metricText, quoted } from './metric-text.ts';

interface Figure extends Omit<MetricText, 'rows'> {
  readonly of: Exclude<keyof Usage, 'at'>;
}

const FIGURES: readonly Figure[] = [
  {
    name: 'hive_server_cpu_seconds_total',
    help: 'CPU time of a server since it began.',
    type: 'counter',
    of: 'cpuSeconds',
  },
  {
    name: 'hive_server_memory_bytes',
    help: 'Memory of a server, without the cache of files.',
    type: 'gauge',
    of: 'memoryBytes',
  },
  {
    name: 'hive_server_memory_limit_bytes',
    help: 'Memory that a container may use.',
    type: 'gauge',
    of: 'memoryLimitBytes',
  },
  {
    name: 'hive_server_received_bytes_total',
    help: 'Bytes received over the networks of a container.',
    type: 'counter',
    of: 'receivedBytes',
  },
  {
    name: 'hive_server_sent_bytes_total',
    help: 'Bytes sent over the networks of a container.',
    type: 'counter',
    of: 'sentBytes',
  },
  {
    name: 'hive_server_pids',
    help: 'Processes of a server; of a container its threads as well.',
    type: 'gauge',
    of: 'pids',
  },
];

/** A server has no row in a metric whose figure is not known. */
export const usageText = ({ usages }: Pick<UsageReading, 'usages'>): string =>
  FIGURES.map(({ of, ...metric }) => metricText({ ...metric, rows: rowsOf(usages, of) })).join('');

const rowsOf = (usages: UsageReading['usages'], of: Figure['of']): MetricText['rows'] =>
  [...usages].flatMap(([serverName, usage]) => {
    const value = usage[of];
    return value === undefined ? [] : [[`server=${quoted(serverName)}`, value] as const];
  });
