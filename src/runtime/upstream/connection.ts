/** One connection: the link, the requests on it, and the routing of what the server sends. */

import { GatewayError } from '../../errors.ts';
import type { ServerNotification } from '../../model/calls.ts';
import { cutBytes } from '../../model/text/cut.ts';
import type { Json } from '../../model/text/json.ts';
import { RPC } from '../../wire/codes.ts';
import { doubledIn, type Envelope, slice, stringAt } from '../../wire/envelope.ts';
import { errorObject, errorText, type MessageKind, messageKind, resultText } from '../../wire/message.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import type { ExitFacts, LinkEvents } from '../links/link.ts';
import { callLimits } from './limits.ts';
import { Outgoing } from './outgoing.ts';
import { ServerOutput } from './output/server-output.ts';
import { HANDSHAKE, type Receiver } from './receiver.ts';
import { Calls } from './requests/calls.ts';
import { exitError, failure } from './requests/failures.ts';
import { idNumber } from './requests/token.ts';
import { ServerRequests } from './server-requests.ts';
import { type StaleHandshake, staleReply } from './stale-handshake.ts';
import type { UpstreamOptions } from './upstream.ts';

/** Called when the link ends without having been closed, before anything in flight is settled. */
export type OnLost = (error: GatewayError, facts: ExitFacts) => void;

export class ServerConnection {
  readonly calls: Calls;
  readonly output: ServerOutput;
  readonly outgoing: Outgoing;
  readonly #serverName: string;
  readonly #onNotification: (notification: ServerNotification) => void;
  /** Absent for a connection that clients share: its server's requests are refused. */
  readonly #serverRequests: ServerRequests | undefined;
  /** During the start: the link prepares the server, or the server writes to stderr. */
  onPreparing: (what: string | undefined) => void = () => {};
  onStderr: () => void = () => {};
  #onLost: OnLost;
  #receiver: Receiver = HANDSHAKE;
  #stale: StaleHandshake | undefined;
  #wasHeard = false;

  /** The owner must close the connection. @param onLost until `serve` names another one */
  constructor(options: UpstreamOptions, onLost: OnLost) {
    const { serverName, clock, onRequest } = options;
    this.#serverName = serverName;
    this.#onNotification = options.onNotification;
    this.#onLost = onLost;
    this.output = new ServerOutput(options, clock);
    const outgoing = new Outgoing(serverName);
    this.outgoing = outgoing;
    this.calls = new Calls({
      serverName,
      clock,
      limits: callLimits(options),
      send: (message, headers, caller) => outgoing.send(message, headers, caller),
      sendCancel: (id, reason) => outgoing.cancel(id, reason, this.#receiver.era),
      onAnswer: (sent, reply) => this.#receiver.answered(sent, reply),
    });
    this.#serverRequests = onRequest && this.#answeredBy(onRequest);
  }

  /** For the link. */
  readonly events: LinkEvents = {
    message: (bytes, envelope, during, isRefusal) => this.#message(bytes, envelope, during, isRefusal),
    noise: (text, bytes) => this.output.noise(text, bytes),
    stderr: (text) => {
      this.output.stderr(text);
      this.onStderr();
    },
    preparing: (what) => this.onPreparing(what),
    note: (text) => this.output.note(text),
    suspectStale: () => this.#stale?.suspectStale(),
    closed: (facts) => this.#linkClosed(facts),
  };

  /** The handshake is over. */
  establish(receiver: Receiver): void {
    this.#receiver = receiver;
  }

  /** The start is over. From now on errors are checked for a stale handshake, and a loss is the owner's. */
  serve(stale: StaleHandshake, onLost: OnLost): void {
    this.#stale = stale;
    this.#onLost = onLost;
    this.output.started();
  }

  /** True if the server has sent a message since the last time this was called. */
  wasHeard(): boolean {
    const was = this.#wasHeard;
    this.#wasHeard = false;
    return was;
  }

  /** Settles everything in flight with errors and closes the link. Idempotent. */
  close(graceMs: number): Promise<void> {
    this.#closeParts();
    this.output.flush();
    this.calls.close(failure(RPC.SERVER_GONE, stoppedError(this.#serverName)));
    return this.outgoing.close(graceMs);
  }

  #linkClosed(facts: ExitFacts): void {
    this.output.flush();
    const error = exitError(this.#serverName, facts, this.output.last, undefined, this.outgoing.kind);
    this.#closeParts();
    if (!this.outgoing.isClosing) this.#onLost(error, facts);
    this.calls.close(failure(RPC.SERVER_GONE, error), facts.unsent);
  }

  #closeParts(): void {
    this.#receiver.close();
    this.#serverRequests?.close();
  }

  /** True for the answer to a call. */
  #message(bytes: Buffer, envelope: Envelope, during?: number, isRefusal = false): boolean {
    this.#wasHeard = true;
    const kind = messageKind(bytes, envelope);
    const doubled = doubledIn(bytes, envelope);
    if (doubled) {
      this.#refuseDoubled(bytes, envelope, kind, `${doubled.key}`);
      return false;
    }
    if (kind === 'result' || kind === 'error') return this.#answer(bytes, envelope, kind, isRefusal);
    const method = stringAt(bytes, envelope.method) ?? '';
    const params = envelope.params && slice(bytes, envelope.params);
    if (kind === 'request' && envelope.id) this.#request(slice(bytes, envelope.id), method, params);
    else this.#notification(method, params, during);
    return false;
  }

  /** Clients would not read such a message as Hive does. */
  #refuseDoubled(bytes: Buffer, envelope: Envelope, kind: MessageKind | undefined, key: string): void {
    this.output.note(`a ${kind} that has ${key} twice, or in another spelling, is not passed on`);
    const id = envelope.id && slice(bytes, envelope.id);
    if (!id) return;
    if (kind === 'request')
      void this.outgoing.post(errorText(id, errorObject(RPC.INVALID_PARAMS, doubledProblem(key))));
    else this.calls.answer(id, failure(RPC.SERVER_ERROR, doubledError(this.#serverName, key)));
  }

  #answer(bytes: Buffer, envelope: Envelope, kind: 'result' | 'error', isRefusal: boolean): boolean {
    const body = envelope[kind];
    if (!envelope.id || !body) return false;
    const id = slice(bytes, envelope.id);
    const json = slice(bytes, body);
    if (kind === 'result') return this.#settle(id, { kind, json, said: envelope.doubled.said ?? 0 });
    const isAwaited = this.calls.isAwaited(id);
    const stale = isAwaited ? this.#stale?.check(idNumber(id), json, isRefusal) : undefined;
    if (!stale) return this.#settle(id, { kind, json });
    void stale.then((error) => this.#settle(id, error ? staleReply(error, json, isRefusal) : { kind, json }));
    return true;
  }

  #settle(id: Json, reply: Parameters<Calls['answer']>[1]): boolean {
    if (this.calls.answer(id, reply)) return true;
    const shown = cutBytes(id, 50);
    this.output.note(`an answer to no call in flight, id ${shown} (late, doubled or unknown)`);
    return false;
  }

  #request(id: Json, method: string, params: Json | undefined): void {
    if (this.#receiver.era === 'modern')
      this.output.note(`it sent a request, ${method}, which servers of its protocol version must not`);
    else if (method === METHOD.PING) void this.outgoing.post(resultText(id, '{}'));
    else if (this.calls.isOwn(id, method))
      this.output.note(`it printed our own ${method} back (does its container have a tty?)`);
    else if (this.#serverRequests) this.#serverRequests.handle(id, method, params);
    else void this.outgoing.post(errorText(id, notPassedOn(this.#serverName, method)));
  }

  #notification(method: string, params: Json | undefined, during: number | undefined): void {
    if (this.#receiver.notified(method, params)) return;
    if (method === NOTIFICATION.PROGRESS) this.#progress(params);
    else if (method === NOTIFICATION.CANCELLED) this.#serverRequests?.cancel(params);
    else this.#passOn(method, params, during);
  }

  #progress(params: Json | undefined): void {
    if (params && (this.calls.progress(params) || this.#receiver.progress(params))) return;
    this.output.note('progress for no call in flight (late or unknown)');
  }

  #passOn(method: string, params: Json | undefined, during: number | undefined): void {
    const isModern = this.#receiver.era === 'modern';
    const hasCause = isModern || (during !== undefined && method === NOTIFICATION.LOG_MESSAGE);
    if (hasCause && this.calls.notify(method, params, during)) return;
    // All notifications of a modern server belong to a request: without one, no client may see them.
    if (isModern) this.output.note(`a ${method} of no known call: ${params && cutBytes(params, 200)}`);
    else this.#onNotification({ serverName: this.#serverName, method, ...(params ? { params } : {}) });
  }

  #answeredBy(answer: NonNullable<UpstreamOptions['onRequest']>): ServerRequests {
    return new ServerRequests({
      answer,
      suspendTimeouts: () => this.calls.suspendTimeouts(),
      post: (message) => this.outgoing.post(message),
    });
  }
}

function notPassedOn(serverName: string, method: string): Json {
  const why =
    `${serverName} serves several clients over one connection, so nobody can tell whom it means; ` +
    'with `isolation: session` each has its own';
  return errorObject(RPC.METHOD_NOT_FOUND, `Method not found: ${method} (${why})`);
}

const doubledProblem = (key: string): string => `${key} occurs twice, or in another spelling`;

const doubledError = (serverName: string, key: string): GatewayError =>
  new GatewayError('SERVER_GARBAGE', `in an answer of ${serverName}, ${doubledProblem(key)}`, {
    hint: 'report it to the authors of the server: JSON parsers differ in which of the members counts',
  });

const stoppedError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `${serverName} was stopped or replaced before it answered`, {
    hint: 'call again: if it was replaced, the new one answers',
  });
