import { member, type Span, slice, splice, whole } from '../../../wire/envelope.ts';

const NAME = Buffer.from('progressToken');
const ESCAPED = Buffer.from('\\u');

export interface Tokened {
  readonly params: Buffer | undefined;
  /** JSON text of the client's own token, where it sent one. */
  readonly token: Buffer | undefined;
}

/**
 * Clients choose progress tokens as they like, and most choose the same ones: towards the server, the id of our
 * request takes their place, and back again in what it reports.
 */
export function replaceToken(params: Buffer | undefined, id: number): Tokened {
  // Most calls have none: one native search is much cheaper than walking over the arguments.
  if (!params || !(params.includes(NAME) || params.includes(ESCAPED))) return { params, token: undefined };
  const span = tokenOf(params);
  if (!span) return { params, token: undefined };
  const replaced = splice(params, [{ ...span, with: Buffer.from(String(id)) }]);
  return { params: replaced, token: slice(params, span) };
}

/** JSON text of the progress token that the client sent. */
export function clientToken(params: Buffer | undefined): Buffer | undefined {
  const span = params && tokenOf(params);
  return span && slice(params, span);
}

const tokenOf = (params: Buffer): Span | undefined => member(params, whole(params), '_meta', 'progressToken');

/** `params` of a progress notification: whose it is, and the text with another token in place. */
export function readProgress(
  params: Buffer,
): { readonly id: number; withToken(token: Buffer): Buffer } | undefined {
  const span = member(params, whole(params), 'progressToken');
  if (!span) return undefined;
  return {
    id: idNumber(slice(params, span)),
    withToken: (token) => splice(params, [{ ...span, with: token }]),
  };
}

/** Ids are numbers when they leave us; some servers return them as strings. NaN for what cannot be one of ours. */
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

/** All of them are exact in a double. */
const MAX_DIGITS = 15;
