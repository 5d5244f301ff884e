/** Progress tokens and ids: the client's own on one side, the gateway's on the other. */
import type { Json } from '../../../model/text/json.ts';
import { member, type Span, slice, splice, whole } from '../../../wire/envelope.ts';

const NAME = Buffer.from('progressToken');
const ESCAPED = Buffer.from('\\u');

export interface ReplacedToken {
  readonly params: Json | undefined;
  /** JSON text of the client's own token, if it sent one. */
  readonly token: Json | undefined;
}

/**
 * `params` with the id of the gateway's request as progress token: clients choose tokens freely, and most
 * choose the same ones. `readProgress` puts the client's token back.
 */
export function replaceToken(params: Json | undefined, id: number): ReplacedToken {
  // Most calls have no token: one native search is much cheaper than walking over the arguments.
  if (!params || !(params.includes(NAME) || params.includes(ESCAPED))) return { params, token: undefined };
  const span = tokenOf(params);
  if (!span) return { params, token: undefined };
  const replaced = splice(params, [{ ...span, with: Buffer.from(String(id)) }]);
  return { params: replaced, token: slice(params, span) };
}

/** JSON text of the client's progress token; undefined if it sent none. */
export function clientToken(params: Json | undefined): Json | undefined {
  const span = params && tokenOf(params);
  return span && slice(params, span);
}

const tokenOf = (params: Json): Span | undefined => member(params, whole(params), '_meta', 'progressToken');

/**
 * Reads `params` of a progress notification: the call's id, and a function that puts the client's token in.
 */
export function readProgress(
  params: Json,
): { readonly id: number; withToken(token: Json): Json } | undefined {
  const span = member(params, whole(params), 'progressToken');
  if (!span) return undefined;
  return {
    id: idNumber(slice(params, span)),
    withToken: (token) => splice(params, [{ ...span, with: token }]),
  };
}

/**
 * An id in JSON text as a number. The gateway sends numbers; some servers return them as strings. NaN for an
 * id that the gateway cannot have sent.
 */
export function idNumber(text: Buffer): number {
  const isQuoted = text[0] === 0x22;
  const end = isQuoted ? text.length - 1 : text.length;
  const start = isQuoted ? 1 : 0;
  if (end <= start || end - start > MAX_DIGITS) return Number.NaN;
  let number = 0;
  for (let i = start; i < end; i++) {
    const digit = (text[i] as number) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Numbers of up to this many digits are exact in a double. */
const MAX_DIGITS = 15;
