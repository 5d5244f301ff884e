import { GatewayError } from '../../errors.ts';
import type { Caller } from '../../model/caller.ts';
import type { Reply } from '../../model/calls.ts';
import type { Era } from '../../model/era.ts';
import { RPC } from '../../wire/codes.ts';
import { type Envelope, type Span, slice, stringAt } from '../../wire/envelope.ts';
import { errorObject, errorText, messageKind, notificationText, resultText } from '../../wire/message.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import type { ExitFacts, Link, LinkEvents } from '../links/link.ts';
import type { InventoryKeeper } from './inventory.ts';
import type { Listener } from './modern/subscription-stream.ts';
import { type Calls, createCalls } from './requests/calls.ts';
import { exitError, failure, type LastOutput } from './requests/failures.ts';
import type { RunningTasks } from './requests/running-tasks.ts';
import { idNumber } from './requests/token.ts';
import { createAsks } from './server-requests.ts';
import { type Outdated, outdatedReply } from './stale-handshake.ts';
import { createTail } from './tail.ts';
import type { UpstreamLimits, UpstreamOptions } from './upstream.ts';

const MAX_IN_FLIGHT = 1_000;

/** A link with the requests on it: what comes in is told apart here, and the end of it ends everything. */
export interface Connection {
  readonly events: LinkEvents;
  readonly calls: Calls;
  readonly kind: () => Link['kind'] | undefined;
  readonly lastOutput: () => LastOutput;
  /** What `open` opened. If the connection is closed by then, so is the link. */
  use(link: Link): void;
  /** What was agreed on: it decides how calls are withdrawn, and what a server may say unasked. */
  speak(era: Era): void;
  /** From here on, news about lists go there. */
  keep(inventory: InventoryKeeper): void;
  /** From here on, what belongs to a subscription goes there. */
  hear(listener: Listener): void;
  /** From here on, errors are looked at there before anybody gets them. */
  doubt(outdated: Outdated): void;
  /** From here on, tasks are followed there. */
  follow(tasks: RunningTasks): void;
  /** Whom to tell when the link is over without having been closed; before that is told, nothing in flight is settled. */
  onLost(listener: (error: GatewayError, facts: ExitFacts) => void): void;
  /** Never rejects. */
  notify(method: string, params?: Buffer): Promise<void>;
  readonly limits: () => UpstreamLimits;
  setLimits(limits: UpstreamLimits): void;
  /** Whether anything came from the server since this was asked last. */
  wasHeard(): boolean;
  /** What is wrong with it as far as is known; undefined when nothing is. */
  setTrouble(trouble: string | undefined): void;
  note(text: string): void;
  close(graceMs: number): Promise<void>;
}

export function createConnection(options: UpstreamOptions): Connection {
  const { serverName, clock } = options;
  const stderr = createTail(options.onStderr);
  const noise = createTail(() => {});
  const lastOutput = (): LastOutput => ({ stderr: stderr.lines(), noise: noise.lines(), note: lastNote });
  let onLost: (error: GatewayError, facts: ExitFacts) => void = () => {};
  let limits: UpstreamLimits = options;
  let trouble: string | undefined;
  let lastNote: string | undefined;
  let heard = false;
  let link: Link | undefined;
  let inventory: InventoryKeeper | undefined;
  let listener: Listener | undefined;
  let outdated: Outdated | undefined;
  let tasks: RunningTasks | undefined;
  let era: Era = 'legacy';
  let closing: Promise<void> | undefined;

  const send = (
    message: Buffer,
    headers?: Readonly<Record<string, string>>,
    caller?: Caller,
  ): Promise<void> => (link ? link.send(message, headers, caller) : Promise.reject(notOpen(serverName)));
  const withdraw = (id: number, reason: string): void => {
    if (era === 'modern' && link?.abort) {
      link.abort(id);
      return;
    }
    const params = Buffer.from(JSON.stringify({ requestId: id, reason }));
    void post(notificationText(NOTIFICATION.CANCELLED, params));
  };
  const calls = createCalls({
    serverName,
    clock,
    limits: () => ({
      call: limits.timeouts.call,
      callMax: limits.timeouts.callMax,
      maxInFlight: limits.maxInFlight ?? MAX_IN_FLIGHT,
    }),
    trouble: () => trouble,
    send,
    withdraw,
    onAnswer: (asked, reply) => tasks?.answered(asked, reply),
  });
  const note = (text: string): void => {
    lastNote = text;
    options.onNoise(text, 0);
  };
  const post = (message: Buffer): Promise<void> => send(message).catch(() => {});
  const asks = createAsks({ ask: options.onRequest, hold: calls.hold, reply: post });

  function onRequest(bytes: Buffer, idSpan: Span, method: string, params: Buffer | undefined): void {
    const id = slice(bytes, idSpan);
    if (era === 'modern')
      note(`it sent a request, ${method}, which servers of its protocol version must not`);
    else if (method === METHOD.PING) void post(resultText(id, '{}'));
    else if (calls.isOurs(id, method))
      note(`it printed our own ${method} back (does its container have a tty?)`);
    else if (options.onRequest) asks.take(id, method, params);
    else void post(errorText(id, errorObject(RPC.METHOD_NOT_FOUND, notCarried(serverName, method))));
  }

  function onNotification(method: string, params: Buffer | undefined, during: number | undefined): void {
    if (params) tasks?.told(method, params);
    if (params && listener?.take(method, params)) return;
    if (method === NOTIFICATION.PROGRESS) onProgress(params);
    else if (method === NOTIFICATION.CANCELLED) asks.withdraw(params);
    else if (!inventory?.changed(method)) tell(method, params, during);
  }

  function onProgress(params: Buffer | undefined): void {
    if (!params || !(calls.progress(params) || tasks?.progress(params)))
      note('progress for no call in flight (late or unknown)');
  }

  function tell(method: string, params: Buffer | undefined, during: number | undefined): void {
    const isExact = era === 'modern' || (during !== undefined && method === NOTIFICATION.LOG_MESSAGE);
    if (isExact && calls.tell(method, params, during)) return;
    // A modern server says nothing else unasked: what cannot be told whose it is must reach nobody.
    if (era === 'modern') note(`nobody knows whose this ${method} is: ${params?.toString('utf8', 0, 200)}`);
    else options.onNotification(params ? { serverName, method, params } : { serverName, method });
  }

  function onAnswer(bytes: Buffer, envelope: Envelope, kind: 'result' | 'error', isRefusal = false): void {
    const body = envelope[kind];
    if (!envelope.id || !body) return;
    const id = slice(bytes, envelope.id);
    const reply: Reply = { kind, json: slice(bytes, body) };
    const doubt = kind === 'error' ? outdated?.follow(idNumber(id), reply.json, isRefusal) : undefined;
    if (doubt)
      void doubt.then((error) => answer(id, error ? outdatedReply(error, reply.json, isRefusal) : reply));
    else answer(id, reply);
  }

  function answer(id: Buffer, reply: Reply): void {
    if (!calls.answer(id, reply))
      note(`an answer to no call in flight, id ${id.toString('utf8', 0, 50)} (late, doubled or unknown)`);
  }

  const events: LinkEvents = {
    message(bytes, envelope, during, isRefusal) {
      heard = true;
      const kind = messageKind(bytes, envelope);
      if (kind === 'result' || kind === 'error') {
        onAnswer(bytes, envelope, kind, isRefusal);
        return;
      }
      const method = stringAt(bytes, envelope.method) ?? '';
      const params = envelope.params && slice(bytes, envelope.params);
      if (kind === 'request' && envelope.id) onRequest(bytes, envelope.id, method, params);
      else onNotification(method, params, during);
    },
    noise(text, bytes) {
      noise.push(`${text}\n`);
      options.onNoise(text, bytes);
    },
    stderr: (text) => stderr.push(text),
    note,
    suspectStale: () => outdated?.suspect(),
    closed(facts) {
      stderr.flush();
      asks.close();
      inventory?.close();
      listener?.close();
      tasks?.close();
      const error = exitError(serverName, facts, lastOutput(), undefined, link?.kind);
      if (!closing) onLost(error, facts);
      calls.close(failure(RPC.SERVER_GONE, error));
    },
  };

  return {
    events,
    calls,
    kind: () => link?.kind,
    lastOutput,
    note,
    use(opened) {
      link = opened;
      if (closing) void opened.close(0);
    },
    speak(agreed) {
      era = agreed;
    },
    keep(keeper) {
      inventory = keeper;
    },
    hear(it) {
      listener = it;
    },
    doubt(it) {
      outdated = it;
    },
    follow(it) {
      tasks = it;
    },
    onLost(listener) {
      onLost = listener;
    },
    notify: (method, params) => post(notificationText(method, params)),
    limits: () => limits,
    setLimits(next) {
      limits = next;
    },
    wasHeard() {
      const was = heard;
      heard = false;
      return was;
    },
    setTrouble(next) {
      trouble = next;
    },
    close(graceMs) {
      inventory?.close();
      listener?.close();
      tasks?.close();
      asks.close();
      calls.close(failure(RPC.SERVER_GONE, stoppedError(serverName)));
      if (closing) return closing;
      // Known before the link is asked: what it tells while it closes is no loss.
      const { promise, resolve } = Promise.withResolvers<void>();
      closing = promise;
      (link?.close(graceMs) ?? Promise.resolve()).finally(resolve);
      return closing;
    },
  };
}

const notCarried = (serverName: string, method: string): string =>
  `Method not found: ${method} (${serverName} serves several clients over one connection, so nobody can tell whom it means; with \`isolation: session\` each has its own)`;

const notOpen = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `${serverName} is not connected`, { hint: 'hive ps shows why' });

const stoppedError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `${serverName} was stopped or replaced before it answered`, {
    hint: 'call again: if it was replaced, the new one answers',
  });
