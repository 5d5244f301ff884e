/** Which era a server is spoken to in: the modern one where it has both (2026-07-28, basic/versioning and the transports). */

import type { CallRequest, Reply } from '../../model/calls.ts';
import type { Clock } from '../../model/clock.ts';
import type { Era } from '../../model/era.ts';
import { RPC } from '../../wire/codes.ts';
import { METHOD } from '../../wire/methods.ts';
import { MODERN_VERSION } from '../../wire/modern-names.ts';
import type { Link } from '../links/link.ts';
import { noCommonVersion, readDiscovered, supportedOf } from './modern/discover.ts';
import { headersOf } from './modern/headers.ts';
import { envelopeOf, withEnvelope } from './modern/meta.ts';
import { refusedError } from './requests/failures.ts';
import { type Handshake, initializeRequest, readInitialized } from './requests/handshake.ts';
import { readError } from './requests/rpc-error.ts';

/** How long a process may be silent before it is asked the legacy way as well; part of the start's own time where that is short. */
const SILENCE_MS = 3_000;

export interface NegotiateOptions {
  readonly serverName: string;
  readonly clock: Clock;
  readonly kind: Link['kind'];
  readonly startMs: number;
  readonly call: (request: CallRequest, headers?: Readonly<Record<string, string>>) => Promise<Reply>;
  /** JSON text, for `initialize`. */
  readonly capabilities?: string | undefined;
  /** What it spoke when it was asked last: then nothing else is tried first. */
  readonly remembered?: Era | undefined;
}

export interface Negotiated extends Handshake {
  /** What is worth to be remembered; absent where nothing was learned. */
  readonly learned?: Era;
}

/** @throws GatewayError SERVER_REFUSED, SERVER_GARBAGE, SERVER_UNREACHABLE */
export async function negotiate(options: NegotiateOptions): Promise<Negotiated> {
  if (options.remembered === 'legacy') {
    const reply = await hello(options);
    if (!isModernOnly(reply)) return readInitialized(options.serverName, reply);
  }
  const probe = discover(options);
  const first = await within(options, probe);
  if (first === undefined) return askBoth(options, probe);
  // One that refuses what it then names as its own may have meant that very request: it is asked once more.
  const last = namesOurs(first) ? await discover(options) : first;
  return verdict(options, last) ?? fallBack(options, isEvidence(last));
}

/** Silence says nothing: a slow starter reads both questions in their order, a legacy server answers the second. */
async function askBoth(options: NegotiateOptions, probe: Promise<Reply>): Promise<Negotiated> {
  const reply = await hello(options);
  const answered = await Promise.race([probe, settled()]);
  const modern = answered && verdict(options, answered);
  // A process that has taken `initialize` is a legacy one from then on, whatever else it could be.
  if (reply.kind === 'result' && (options.kind !== 'http' || !modern)) {
    const legacy = readInitialized(options.serverName, reply);
    return { ...legacy, learned: modern ? 'modern' : 'legacy' };
  }
  if (modern) return modern;
  if (!isModernOnly(reply)) return readInitialized(options.serverName, reply);
  const late = verdict(options, await discover(options));
  return late ?? readInitialized(options.serverName, reply);
}

async function fallBack(options: NegotiateOptions, isEvidence: boolean): Promise<Negotiated> {
  const reply = await hello(options);
  // Some refuse the probe for a reason that passes (still loading), but know what they are.
  const modern = isModernOnly(reply) ? verdict(options, await discover(options)) : undefined;
  if (modern) return modern;
  const legacy = readInitialized(options.serverName, reply);
  return isEvidence ? { ...legacy, learned: 'legacy' } : legacy;
}

/** A server in trouble has not said what it is. */
function isEvidence(reply: Reply): boolean {
  const status = reply.kind === 'error' ? readError(reply.json).data?.status : undefined;
  return !(typeof status === 'number' && status >= 500);
}

/**
 * What the answer to `server/discover` says; undefined for a server that is to be asked the legacy way.
 * @throws GatewayError for one that cannot be spoken to in either
 */
function verdict({ serverName }: NegotiateOptions, reply: Reply): Negotiated | undefined {
  if (reply.kind === 'result') {
    const found = readDiscovered(reply.json);
    if (!found) return undefined;
    const { supported, ...handshake } = found;
    return offers(serverName, supported) ? { ...handshake, learned: 'modern' } : undefined;
  }
  const error = readError(reply.json);
  const isRefused = error.data?.status === 401 || error.data?.status === 403;
  if (isRefused || CLOSED.has(error.data?.code)) throw refusedError(serverName, METHOD.DISCOVER, reply.json);
  if (error.code === RPC.UNSUPPORTED_VERSION) {
    if (!offers(serverName, supportedOf(error))) return undefined;
    throw refusedError(serverName, METHOD.DISCOVER, reply.json);
  }
  const isModern = error.code === RPC.HEADER_MISMATCH || error.code === RPC.CLIENT_CAPABILITY_MISSING;
  if (isModern) throw refusedError(serverName, METHOD.DISCOVER, reply.json);
  return undefined;
}

/** Reasons why nothing was asked at all. */
const CLOSED: ReadonlySet<unknown> = new Set(['SERVER_UNREACHABLE', 'LOGIN_REQUIRED', 'LOGIN_FAILED']);

function namesOurs({ kind, json }: Reply): boolean {
  const error = kind === 'error' ? readError(json) : undefined;
  return error?.code === RPC.UNSUPPORTED_VERSION && supportedOf(error).includes(MODERN_VERSION);
}

/** False where only the legacy era is left. @throws GatewayError where nothing is */
function offers(serverName: string, supported: readonly string[]): boolean {
  if (supported.includes(MODERN_VERSION)) return true;
  if (supported.some((version) => version < MODERN_VERSION)) return false;
  throw noCommonVersion(serverName, supported);
}

/** A refusal of `initialize` that only a server without it can give. */
function isModernOnly(reply: Reply): boolean {
  return reply.kind === 'error' && readError(reply.json).code === RPC.UNSUPPORTED_VERSION;
}

const hello = ({ call, capabilities }: NegotiateOptions): Promise<Reply> =>
  call(initializeRequest(capabilities));

function discover({ call }: NegotiateOptions): Promise<Reply> {
  const method = METHOD.DISCOVER;
  return call(
    { method, params: withEnvelope(undefined, envelopeOf()) },
    headersOf(method, undefined, () => []),
  );
}

async function within(
  { clock, kind, startMs }: NegotiateOptions,
  reply: Promise<Reply>,
): Promise<Reply | undefined> {
  // Over HTTP the time until the server is up at all counts as well, and answers may overtake each other.
  const ms = kind === 'http' ? startMs / 2 : Math.min(SILENCE_MS, startMs / 4);
  const silence = Promise.withResolvers<undefined>();
  const timer = clock.setTimeout(() => silence.resolve(undefined), ms);
  return Promise.race([reply, silence.promise]).finally(() => timer.cancel());
}

/** Whatever has been answered by now comes first. */
const settled = (): Promise<undefined> => new Promise((resolve) => setImmediate(resolve, undefined));
