/** `registry_exec`: calls a tool by its name, and passes on its server's own result. */
import { z } from 'zod';
import { CODES, type Code, GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Call, Reply } from '../../model/calls.ts';
import type { Route } from '../../model/catalog.ts';
import { isRecord } from '../../model/collections/is-record.ts';
import { type Operation, type OperationContext, PassedOn } from '../../model/operation.ts';
import { type Json, toJson } from '../../model/text/json.ts';
import { suggest } from '../../model/text/suggest.ts';
import { operation } from '../operation.ts';
import { viewOf } from './facts/offered.ts';
import { isWithheld } from './facts/rows.ts';
import type { OwnEntry, RegistrySource } from './facts/source.ts';

const input = z.strictObject({
  tool_name: z.string().describe('as registry_add lists it: PREFIX_TOOL'),
  arguments: z
    .union([z.record(z.string(), z.unknown()), z.string()])
    .default({})
    .describe('of that tool: an object, or its JSON text'),
});

/** Members of `_meta` that the gateway adds for connections of the modern era. */
const ENVELOPE = /^io\.modelcontextprotocol\/(protocolVersion|clientInfo|clientCapabilities|logLevel)$/;

export const registryExec = (source: RegistrySource, own: OwnEntry): Operation =>
  operation({
    name: 'registry_exec',
    title: 'Call a tool',
    summary:
      'Calls a tool of an added server by its name, for clients that do not list new tools by themselves.',
    effect: 'change',
    role: 'use',
    isOpenWorld: true,
    input,
    async run({ tool_name, arguments: given }, context) {
      const { serverName, key } = routeFor(source, own, tool_name, context.caller);
      const params = toJson({
        ...passedMembers(context),
        name: key,
        arguments: objectOf(given),
      });
      const request = { method: 'tools/call', params, target: tool_name, onProgress: progressTo(context) };
      const call = source.call(serverName, request, context.caller);
      return passedOn(await answered(call, context.signal), tool_name);
    },
  });

/** By the table of the catalog, within what the caller sees. @throws GatewayError TOOL_UNKNOWN */
function routeFor(source: RegistrySource, own: OwnEntry, toolName: string, caller: Caller): Route {
  const { routes } = viewOf(source, caller).lists.tools;
  const route = routes.get(toolName);
  const types = new Map(source.status().servers.map(({ serverName, type }) => [serverName, type]));
  const isOurs = (it: Route): boolean =>
    it.serverName !== own.serverName && types.get(it.serverName) !== 'builtin';
  if (route && isOurs(route) && source.sees(caller, route.serverName)) return route;
  if (route)
    throw new GatewayError('USAGE', `${toolName} is a tool of this gateway itself`, {
      hint: 'call it directly',
    });
  const held = source.added
    .all()
    .find(({ serverName, entry }) => toolName.startsWith(`${serverName}_`) && isWithheld(entry));
  if (held)
    throw new GatewayError('NOT_ALLOWED', `the tools of ${held.serverName} wait for the owner’s approval`, {
      hint: `the owner can type: npx hive op registry_approve ${held.serverName}`,
    });
  const known = [...routes].filter(([, it]) => isOurs(it)).map(([name]) => name);
  const meant = suggest(toolName, known);
  throw new GatewayError('TOOL_UNKNOWN', `there is no tool ${toolName}`, {
    hint:
      meant === undefined ? 'registry_list {"active":true} shows what was added' : `did you mean ${meant}?`,
  });
}

/** @throws GatewayError USAGE */
function objectOf(given: Readonly<Record<string, unknown>> | string): object {
  if (typeof given !== 'string') return given;
  if (given.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(given);
    if (isRecord(value)) return value;
  } catch {
    // As below.
  }
  throw new GatewayError('USAGE', '`arguments` is text that is no JSON object', {
    hint: 'give an object: {"arguments":{"query":"…"}}',
  });
}

/** `_meta`, and answers to what the server asked. */
function passedMembers({ request = {}, caller }: OperationContext): Record<string, unknown> {
  const { _meta: meta, ...others } = request;
  if (!isRecord(meta)) return others;
  if (caller.era === 'modern') return { ...others, _meta: meta };
  const own = Object.entries(meta).filter(([name]) => !ENVELOPE.test(name));
  return own.length === 0 ? others : { ...others, _meta: Object.fromEntries(own) };
}

const progressTo =
  ({ progress }: OperationContext) =>
  (params: Json): void => {
    const { progress: done, total, message } = JSON.parse(params.toString());
    progress({
      progress: Number(done),
      ...(typeof total === 'number' && { total }),
      ...(typeof message === 'string' && { message }),
    });
  };

async function answered(call: Call, signal: AbortSignal): Promise<Reply> {
  const onAbort = (): void =>
    call.cancel(String((signal.reason as Error | undefined)?.message ?? 'cancelled'));
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    return await call.reply;
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** @throws GatewayError for an error of the protocol, or of the gateway */
function passedOn({ kind, json, era }: Reply, toolName: string): PassedOn {
  if (kind === 'result') return new PassedOn(json, era === 'modern');
  const { message, data } = JSON.parse(json.toString()) as { message?: unknown; data?: unknown };
  const { code, hint } = isRecord(data) ? data : {};
  const known = typeof code === 'string' && code in CODES ? (code as Code) : 'SERVER_REFUSED';
  throw new GatewayError(known, `${toolName}: ${String(message)}`, {
    hint: typeof hint === 'string' ? hint : 'check the arguments against the input schema of the tool',
  });
}
