/** `server_samples`: what servers use, in figures that grow, and what they did in the last minute. */
import { z } from 'zod';
import type { Operation } from '../../model/operation.ts';
import type { GatewayControl } from '../../model/operator.ts';
import type { ServerStatus } from '../../model/status.ts';
import type { RecentCalls, ServerSample, UsageReading } from '../../model/watch/usage.ts';
import { operation } from '../operation.ts';
import { type GatewaySource, viewFor } from './gateway-view.ts';

export interface SampleSource extends GatewaySource, Pick<GatewayControl, 'usage'> {}

/** Servers in one answer. */
const MAX_SERVERS = 500;

const input = z.strictObject({
  servers: z.array(z.string()).max(MAX_SERVERS).default([]).describe('only these; empty: all'),
});

const amount = z.number().min(0);

const sample = z.object({
  server: z.string(),
  type: z.string(),
  state: z.string(),
  at: z.number().optional().describe('Unix milliseconds of the reading; absent without figures'),
  cpuSeconds: amount.optional().describe('since the server began; divide the growth by that of `at`'),
  memoryBytes: amount.optional(),
  memoryLimitBytes: amount.optional(),
  receivedBytes: amount.optional().describe('since the container began'),
  sentBytes: amount.optional(),
  pids: z.int().min(0).optional().describe('processes; of a container its threads as well'),
  callsPerMinute: amount.describe('that ended within the last minute'),
  errorsPerMinute: amount,
  p95Ms: amount.optional(),
});

const output = z.object({
  stack: z.string(),
  servers: z.array(sample),
  leftOut: z.int().min(0),
  trouble: z.string().optional().describe('why figures of containers are missing'),
});

const NO_CALLS: RecentCalls = { callsPerMinute: 0, errorsPerMinute: 0 };

export const serverSamples = (source: SampleSource): Operation =>
  operation({
    name: 'server_samples',
    title: 'Sample servers',
    summary: 'Reads CPU time, memory and network of servers, and their calls of the last minute.',
    effect: 'read',
    input,
    output,
    async run({ servers }, { caller }) {
      const view = viewFor(source, caller);
      const wanted = servers.length === 0 ? view.status.servers : servers.map((it) => view.server(it));
      const reading = await source.usage();
      const { trouble } = reading;
      return {
        stack: view.status.stack,
        servers: wanted.slice(0, MAX_SERVERS).map((server) => sampleOf(server, reading)),
        leftOut: Math.max(0, wanted.length - MAX_SERVERS),
        ...(trouble === undefined ? {} : { trouble: view.redact(trouble) }),
      };
    },
    text: ({ servers }) => servers.map(lineOf).join('\n') || 'no servers',
  });

const sampleOf = (
  { serverName, type, state }: ServerStatus,
  { usages, calls }: UsageReading,
): ServerSample => ({
  server: serverName,
  type,
  state,
  ...usages.get(serverName),
  ...(calls.get(serverName) ?? NO_CALLS),
});

function lineOf({ server, state, cpuSeconds, memoryBytes, callsPerMinute }: z.output<typeof sample>): string {
  const used =
    cpuSeconds === undefined || memoryBytes === undefined
      ? ''
      : `, ${cpuSeconds.toFixed(2)} s CPU, ${(memoryBytes / 1e6).toFixed(1)} MB`;
  return `${server}: ${state}${used}, ${callsPerMinute.toFixed(0)} calls a minute`;
}
