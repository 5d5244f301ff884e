/**
 * What leaves the gateway about itself and its servers: texts without secrets, without characters that act on
 * a terminal, and with commands that can be typed.
 */
import { GatewayError, toGatewayError } from './errors.ts';
import { principalName } from './model/caller.ts';
import type { Flaw } from './model/catalog.ts';
import { defined } from './model/collections/defined.ts';
import type { Place } from './model/desired.ts';
import type { GatewayStatus, LogEntry, ServerStatus, Trouble } from './model/status.ts';
import { asTyped, type Typing } from './model/text/commands.ts';
import { type Json, toJson } from './model/text/json.ts';
import { harmless, oneLine } from './model/text/visible.ts';
import type { CallRecord } from './model/watch/call-record.ts';
import type { CapturedTexts } from './model/watch/capture.ts';
import type { Hider } from './secrets/hider.ts';
import { withoutSecretMembers } from './secrets/json-members.ts';
import type { Redact } from './secrets/redact.ts';

/** A larger error is a server's own: its text stays, since cleaning it would delay everybody. */
const MAX_ERROR_BYTES = 256 * 1024;

/** Each method returns its argument without what must not be shown. */
export interface Shown {
  /** Text of Hive, which may quote servers. */
  readonly text: Redact;
  readonly status: (status: GatewayStatus) => GatewayStatus;
  readonly entry: (entry: LogEntry) => LogEntry;
  readonly call: (record: CallRecord) => CallRecord;
  readonly captured: (texts: CapturedTexts) => CapturedTexts;
  readonly error: (thrown: unknown) => GatewayError;
  /** The error object of a reply. Only its message, and the fix of Hive, are changed. */
  readonly reply: (error: Json) => Json;
}

/** @param typing how commands in hints are typed; undefined: they stay as the code has them */
export function createShown({ redact, redactKnown }: Hider, typing?: Typing): Shown {
  const typed: Redact = (it) => (typing ? asTyped(it, typing) : it);
  const text: Redact = (it) => harmless(typed(redact(it)));
  return {
    text,
    status: (status) => cleanStatus(status, text),
    entry: (entry) => ({ ...entry, text: redact(entry.text) }),
    call: (record) => cleanCall(record, (it) => oneLine(redact(it))),
    captured: (texts) => cleanTexts(texts, redact),
    error(thrown) {
      const { code, message, hint, place } = toGatewayError(thrown);
      const shown = {
        hint: hint === undefined ? undefined : text(hint),
        place: place && cleanPlace(place, text),
      };
      return new GatewayError(code, text(message), shown);
    },
    reply: (error) => cleanReply(error, (it) => harmless(typed(redactKnown(it)))),
  };
}

/** Names are of clients and servers. */
function cleanCall(record: CallRecord, clean: Redact): CallRecord {
  const { client, principal, method, target } = record;
  return {
    ...record,
    client: clean(client),
    principal: clean(principalName(principal)),
    method: clean(method),
    target: clean(target),
  };
}

/** A mark stands where a text was cut, so that a secret which was cut there is hidden as well. */
function cleanTexts(texts: CapturedTexts, redact: Redact): CapturedTexts {
  const clean = (text: string, leftOut: number): string =>
    redact(withoutSecretMembers(leftOut > 0 ? `${text}…` : text));
  return {
    ...texts,
    request: clean(texts.request, texts.requestLeftOut),
    reply: clean(texts.reply, texts.replyLeftOut),
  };
}

function cleanStatus(status: GatewayStatus, clean: Redact): GatewayStatus {
  const { pendingRestart } = status;
  return {
    ...status,
    engine: clean(status.engine),
    servers: status.servers.map((server) => cleanServer(server, clean)),
    troubles: status.troubles.map((trouble) => cleanReasons(trouble, clean)),
    ignored: status.ignored.map(({ containerName, reason }) => ({
      containerName: oneLine(containerName),
      reason: oneLine(clean(reason)),
    })),
    keptOut: status.keptOut.map(oneLine),
    ...(status.waiting && { waiting: status.waiting.map((it) => cleanReasons(it, clean)) }),
    ...(pendingRestart === undefined ? {} : { pendingRestart: clean(pendingRestart) }),
  };
}

function cleanServer(server: ServerStatus, clean: Redact): ServerStatus {
  const { changed, detail, flaws, protocolVersion, reason, place, whyNothing } = server;
  const texts = [reason, detail, place, flaws, whyNothing, changed];
  const isPlain = texts.every((it) => it === undefined);
  // Most servers work, and have nothing that is worth a copy.
  if (isPlain && protocolVersion === undefined) return server;
  return {
    ...server,
    ...cleanReasons(server, clean),
    ...defined({
      protocolVersion: protocolVersion && oneLine(protocolVersion),
      whyNothing: whyNothing && clean(whyNothing),
      changed: changed?.map((name) => oneLine(clean(name))),
      flaws: flaws && { ...flaws, named: flaws.named.map((flaw) => cleanFlaw(flaw, clean)) },
    }),
  };
}

/** Names and texts of a flaw are a server's. */
const cleanFlaw = (flaw: Flaw, clean: Redact): Flaw => ({
  ...flaw,
  name: clean(flaw.name),
  what: clean(flaw.what),
});

type Reasons = Partial<Pick<ServerStatus, 'detail' | 'reason' | 'hint' | 'place'>>;

/** Reasons quote commands and the output of servers. */
function cleanReasons<T extends Reasons | Trouble>(it: T, clean: Redact): T {
  const { reason, hint, place } = it;
  const detail = 'detail' in it ? it.detail : undefined;
  return {
    ...it,
    ...(detail === undefined ? {} : { detail: clean(detail) }),
    ...(reason === undefined ? {} : { reason: clean(reason) }),
    ...(hint === undefined ? {} : { hint: clean(hint) }),
    ...(place === undefined ? {} : { place: cleanPlace(place, clean) }),
  };
}

const cleanPlace = ({ path, line }: Place, clean: Redact): Place => ({ path: clean(path), line });

function cleanReply(error: Json, clean: Redact): Json {
  if (error.length > MAX_ERROR_BYTES) return error;
  const value = JSON.parse(error.toString()) as { message?: unknown; data?: unknown };
  const { message, data } = value;
  if (typeof message !== 'string') return error;
  const shown = clean(message);
  const hint = hintIn(data);
  const shownHint = hint && clean(hint);
  if (shown === message && shownHint === hint) return error;
  return toJson({
    ...value,
    message: shown,
    ...(shownHint === undefined ? {} : { data: { ...(data as object), hint: shownHint } }),
  });
}

function hintIn(data: unknown): string | undefined {
  const hint: unknown = typeof data === 'object' && data !== null && 'hint' in data ? data.hint : undefined;
  return typeof hint === 'string' ? hint : undefined;
}
