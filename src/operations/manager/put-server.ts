/** Adds a server, or changes an added one, and says what became of it. */
import { z } from 'zod';
import type { AddedServer } from '../../model/added/added.ts';
import { principalName } from '../../model/caller.ts';
import type { OperationContext } from '../../model/operation.ts';
import { referenceOf, templateFor } from './find-type.ts';
import { makeEntry } from './make-entry.ts';
import type { ManagerSource } from './source.ts';
import { toolsOf } from './tools-of.ts';
import type { Wish } from './wish.ts';

/** Time that is left for the answer within the gateway's own limit of a call without progress. */
const WAIT_MS = 50_000;

export const putOutput = z.looseObject({
  server_name: z.string(),
  state: z.string(),
  template: z.string(),
  tools: z.array(z.string()).optional(),
  clamped: z.array(z.string()).optional(),
  plan: z.string().optional(),
});

export type PutOutput = z.output<typeof putOutput>;

export interface Put {
  readonly serverName: string;
  readonly serverType: string;
  readonly wish: Wish;
  readonly isDryRun: boolean;
}

/** @throws GatewayError as `makeEntry` and `AddedServers.put` */
export async function putServer(
  source: ManagerSource,
  { serverName, serverType, wish, isDryRun }: Put,
  { caller, signal, progress }: OperationContext,
): Promise<PutOutput> {
  const template = await templateFor(source, serverType);
  const { entry, clamped } = await makeEntry(source, serverName, template, wish);
  const server: AddedServer = {
    serverName,
    entry,
    facts: {
      source: referenceOf(template),
      sha256: template.sha256,
      parameters: { ...wish },
      by: principalName(caller.principal),
      since: new Date(source.clock.now()).toISOString(),
    },
  };
  const limited = clamped.length > 0 && { clamped: [...clamped] };
  const about = { server_name: serverName, template: referenceOf(template), ...limited };
  if (isDryRun) return { ...about, state: 'planned', plan: source.redact(await source.added().plan(server)) };
  const state = await source.added().put(server, { signal, progress, waitMs: WAIT_MS });
  const containerId = source.status().servers.find((it) => it.serverName === serverName)?.containerId;
  return { ...about, state, tools: toolsOf(source, serverName), container_id: containerId?.slice(0, 12) };
}

export function putText({ server_name, state, template, tools = [], clamped = [], plan }: PutOutput): string {
  const limits = clamped.map((it) => `limited by the file: ${it}`);
  if (state === 'planned') return [plan || 'no steps', ...limits].join('\n');
  const outcome =
    state === 'ready'
      ? `${server_name} is ready: ${template}, ${tools.length} tools${listOf(tools)}`
      : `${server_name} is starting (${template}): docker_get_server_status says when it is ready`;
  return [outcome, ...limits].join('\n');
}

const listOf = (tools: readonly string[]): string => (tools.length > 0 ? `: ${tools.join(', ')}` : '');
