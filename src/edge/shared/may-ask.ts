/** What a client can be asked: nothing but what it has declared, in either era. */

import type { ServerRequest } from '../../model/calls.ts';
import { RPC } from '../../wire/codes.ts';
import { member, type Span, stringAt, whole } from '../../wire/envelope.ts';
import { METHOD } from '../../wire/methods.ts';
import type { Askable, AskableCapabilities } from './request-meta.ts';

export interface NotAskable {
  readonly code: number;
  readonly message: string;
}

const NEEDS: Readonly<Record<string, Askable>> = {
  [METHOD.ELICIT]: 'elicitation',
  [METHOD.SAMPLE]: 'sampling',
  [METHOD.ROOTS_LIST]: 'roots',
};

/** Methods that need no capability that we know are for the two ends to agree on. */
export const needsCapability = (method: string): boolean => Object.hasOwn(NEEDS, method);

/**
 * Undefined where the client declared that it can be asked this, as it is asked here. Else the error that the specification has a client
 * answer with: -32601 for what it does not know, -32602 for a mode that it has not (2025-11-25 client/elicitation, client/roots, Error Handling).
 */
export function notAskable(
  { method, params }: Pick<ServerRequest, 'method' | 'params'>,
  asks: AskableCapabilities,
): NotAskable | undefined {
  const capability = needsCapability(method) ? NEEDS[method] : undefined;
  const declared = capability && asks.get(capability);
  if (!declared)
    return {
      code: RPC.METHOD_NOT_FOUND,
      message: `Method not found: ${method} (the client has not declared that it can be asked this)`,
    };
  const missing = missingMode(capability, declared, params, asks);
  return missing === undefined
    ? undefined
    : { code: RPC.INVALID_PARAMS, message: `the client has not declared ${missing}` };
}

/** The part of the capability that this way of asking needs, and the client has not declared. */
function missingMode(
  capability: Askable,
  declared: Buffer,
  params: Buffer | undefined,
  asks: AskableCapabilities,
): string | undefined {
  const has = (name: string): boolean => member(declared, whole(declared), name) !== undefined;
  const sent = (name: string): Span | undefined => params && member(params, whole(params), name);
  if (capability === 'sampling')
    return (sent('tools') ?? sent('toolChoice')) && !has('tools') ? 'sampling.tools' : undefined;
  if (capability === 'roots') return undefined;
  const isUrl = params !== undefined && stringAt(params, sent('mode')) === 'url';
  if (isUrl) return takesUrls(asks) ? undefined : 'elicitation.url';
  return has('form') || !has('url') ? undefined : 'elicitation.form';
}

export function takesUrls(asks: AskableCapabilities): boolean {
  const elicitation = asks.get('elicitation');
  return elicitation !== undefined && member(elicitation, whole(elicitation), 'url') !== undefined;
}

/** Which of a client's requests servers may answer with requests of their own (basic/patterns/mrtr, Supported Requests). */
export const MAY_ASK: ReadonlySet<string> = new Set([
  METHOD.TOOLS_CALL,
  METHOD.PROMPTS_GET,
  METHOD.RESOURCES_READ,
]);
