/** Which requests servers may send to a client: those that its declared capabilities allow, in either era. */
import type { ServerRequest } from '../../model/calls.ts';
import type { Json } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { member, type Span, stringAt, whole } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Askable, AskableCapabilities } from './askable.ts';

/** The JSON-RPC error for a request that must not reach the client. */
export interface NotAskable {
  readonly code: number;
  readonly message: string;
}

const NEEDS: Readonly<Record<string, Askable>> = {
  [METHOD.ELICIT]: 'elicitation',
  [METHOD.SAMPLE]: 'sampling',
  [METHOD.ROOTS_LIST]: 'roots',
};

/** False for methods that the gateway does not know: those are for server and client to agree on. */
export const needsCapability = (method: string): boolean => Object.hasOwn(NEEDS, method);

/**
 * Undefined if the client declared the capability, in the mode that the request uses. Else the error that a
 * client must answer with: -32601 for an unknown method, -32602 for a mode that it lacks (2025-11-25
 * client/elicitation, client/roots, Error Handling).
 */
export function notAskable(
  { method, params }: Pick<ServerRequest, 'method' | 'params'>,
  askable: AskableCapabilities,
): NotAskable | undefined {
  const capability = needsCapability(method) ? NEEDS[method] : undefined;
  const declared = capability && askable.get(capability);
  if (!declared)
    return {
      code: RPC.METHOD_NOT_FOUND,
      message: `Method not found: ${method} (the client has not declared that it can be asked this)`,
    };
  const missing = missingMode(capability, declared, params, askable);
  return missing === undefined
    ? undefined
    : { code: RPC.INVALID_PARAMS, message: `the client has not declared ${missing}` };
}

/** The part of the capability that the request needs and the client lacks. */
function missingMode(
  capability: Askable,
  declared: Buffer,
  params: Json | undefined,
  askable: AskableCapabilities,
): string | undefined {
  const has = (name: string): boolean => member(declared, whole(declared), name) !== undefined;
  const sent = (name: string): Span | undefined => params && member(params, whole(params), name);
  if (capability === 'sampling')
    return (sent('tools') ?? sent('toolChoice')) && !has('tools') ? 'sampling.tools' : undefined;
  if (capability === 'roots') return undefined;
  const isUrl = params !== undefined && stringAt(params, sent('mode')) === 'url';
  if (isUrl) return takesUrls(askable) ? undefined : 'elicitation.url';
  return has('form') || !has('url') ? undefined : 'elicitation.form';
}

export function takesUrls(askable: AskableCapabilities): boolean {
  const elicitation = askable.get('elicitation');
  return elicitation !== undefined && member(elicitation, whole(elicitation), 'url') !== undefined;
}

/**
 * Client requests during which servers may send requests of their own (basic/patterns/mrtr, Supported
 * Requests).
 */
export const MAY_ASK: ReadonlySet<string> = new Set([
  METHOD.TOOLS_CALL,
  METHOD.PROMPTS_GET,
  METHOD.RESOURCES_READ,
]);
