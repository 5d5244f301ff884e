/** `server_series`: what one server has used and done over time. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import type { GatewayControl } from '../../model/operator.ts';
import { durationMs } from '../../model/text/duration.ts';
import { METRIC_NAMES, type Metric } from '../../model/watch/series.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';

export interface SeriesSource extends GatewaySource, Pick<GatewayControl, 'series'> {}

const MAX_RANGE_MS = 7 * 24 * 60 * 60_000;
const LEAST_MS = 1_000;

const time = z.string().regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/);

const input = z.strictObject({
  server: z.string(),
  metric: z
    .union([z.enum(METRIC_NAMES), z.array(z.enum(METRIC_NAMES)).min(1)])
    .default(['cpu', 'memory', 'calls', 'errors'])
    .describe('one, or several'),
  range: time.default('10m').describe('back from now: 10m has seconds, 6h has 10 s, 7d has minutes'),
  step: time.optional().describe('between two points; as fine as 300 points allow by default'),
});

const output = z.object({
  server: z.string(),
  from: z.number().describe('Unix milliseconds of the first point'),
  stepMs: z.number(),
  series: z.array(
    z.object({
      metric: z.string(),
      unit: z.string().describe('of cpu, 100 is one core'),
      values: z.array(z.number().nullable()).describe('null: not measured'),
    }),
  ),
});

export const serverSeries = (source: SeriesSource): Operation =>
  operation({
    name: 'server_series',
    title: 'Figures over time',
    summary:
      'CPU, memory, network, calls and their durations of one server over time. ' +
      'Figures are sampled from the first question on.',
    effect: 'read',
    input,
    output,
    async run({ server, metric, range, step }, { caller }) {
      const { serverName } = viewFor(source, caller).server(server);
      const metrics: readonly Metric[] = Array.isArray(metric) ? metric : [metric];
      const rangeMs = Math.min(MAX_RANGE_MS, Math.max(LEAST_MS, durationMs(range)));
      const stepMs = step === undefined ? undefined : Math.max(LEAST_MS, durationMs(step));
      const answer = await source.series({ serverName, metrics, rangeMs, stepMs });
      const series = answer.series.map((it) => ({ ...it, values: it.values.map(short) }));
      return { server: serverName, from: answer.from, stepMs: answer.stepMs, series };
    },
    text: ({ server, stepMs, series }) =>
      [`${server}, each ${stepMs / 1_000} s:`, ...series.map(lineOf)].join('\n'),
  });

/** Models read every digit. */
const short = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(4)));

function lineOf({ metric, unit, values }: z.output<typeof output>['series'][number]): string {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return `${metric}: not measured`;
  const mean = short(known.reduce((sum, value) => sum + value, 0) / known.length);
  const most = Math.max(...known);
  return `${metric}: ${known.at(-1)} ${unit} now, mean ${mean}, most ${most}, ${known.length} points`;
}
