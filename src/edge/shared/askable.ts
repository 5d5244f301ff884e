/** The client capabilities by which servers may send requests to a client: elicitation, sampling, roots. */
import { isObject, member, type Span, slice, whole } from '../../wire/envelope.ts';

const ASKABLE = ['elicitation', 'sampling', 'roots'] as const;
export type Askable = (typeof ASKABLE)[number];

/** JSON text of each such capability that the client declared, by name. */
export type AskableCapabilities = ReadonlyMap<Askable, Buffer>;

/**
 * JSON text of all capabilities that a client declares. Sessions and connections keep it; real clients need a
 * few hundred bytes.
 */
const MAX_CAPABILITIES_BYTES = 8 * 1024;

/** The error message for declared capabilities that are too large to keep; undefined if they are not. */
export const capabilitiesProblem = (declared: Span): string | undefined =>
  declared.end - declared.start > MAX_CAPABILITIES_BYTES
    ? `the declared capabilities are larger than ${MAX_CAPABILITIES_BYTES} bytes`
    : undefined;

const NOTHING: AskableCapabilities = new Map();

/** Reads the capabilities of a caller: JSON text, absent for none. */
export function askableIn(capabilities: string | undefined): AskableCapabilities {
  if (capabilities === undefined) return NOTHING;
  const text = Buffer.from(capabilities);
  return readAskable(text, whole(text));
}

/** `capabilities` spans the object that the client declared. */
export function readAskable(text: Buffer, capabilities: Span): AskableCapabilities {
  if (capabilities.end - capabilities.start < '{"roots":{}}'.length) return NOTHING;
  const found = ASKABLE.flatMap((name) => {
    const span = member(text, capabilities, name);
    return span && isObject(text, span) ? [[name, slice(text, span)] as const] : [];
  });
  return found.length > 0 ? new Map(found) : NOTHING;
}

/**
 * JSON text of the capabilities, for a `Caller`; undefined for none, since such clients may share
 * connections.
 */
export function capabilitiesText(askable: AskableCapabilities): string | undefined {
  if (askable.size === 0) return undefined;
  return `{${[...askable].map(([name, json]) => `"${name}":${json}`).join(',')}}`;
}
