import { GatewayError } from '../../errors.ts';
import type { CallRequest } from '../../model/calls.ts';
import type { Era } from '../../model/era.ts';
import { METHOD, NOTIFICATION } from '../../wire/methods.ts';
import type { ExitFacts, Link } from '../links/link.ts';
import type { Connection } from './connection.ts';
import { createInventory, type InventoryKeeper, type InventoryOptions } from './inventory.ts';
import { catchUp } from './modern/catch-up.ts';
import { createModern, type Modern, usableOverHttp } from './modern/modern.ts';
import { createListener } from './modern/subscription-stream.ts';
import { negotiate } from './negotiate.ts';
import type { CallOptions } from './requests/calls.ts';
import { exitError, startTimeout } from './requests/failures.ts';
import type { Handshake } from './requests/handshake.ts';
import type { UpstreamOptions } from './upstream.ts';

export interface Started {
  readonly link: Link;
  readonly inventory: InventoryKeeper;
  /** Set where it is spoken to in the modern era. */
  readonly modern: Modern | undefined;
  /** What its start has shown of its era, if anything. */
  readonly learned: Era | undefined;
}

/** Everything up to a full inventory; the first reason to stop wins, and then nothing stays behind. */
export async function connectWithin(options: UpstreamOptions, connection: Connection): Promise<Started> {
  const { serverName, timeouts, clock, signal } = options;
  const stopped = Promise.withResolvers<never>();
  let step = 'its start';
  let cause: GatewayError | undefined;
  const stop = (error: GatewayError): void => {
    cause ??= error;
    stopped.reject(cause);
  };
  const timer = clock.setTimeout(
    () => stop(startTimeout(serverName, timeouts.start, step, connection.lastOutput(), connection.kind())),
    timeouts.start,
  );
  const onAbort = (): void => stop(abortError(serverName));
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted) onAbort();
  const opening = Promise.withResolvers<Link>();
  let diedOfProbe = false;
  connection.onLost((_error, facts) => {
    const over = (): void => {
      diedOfProbe = step === METHOD.DISCOVER && isItsOwnEnd(facts);
      stop(
        exitError(serverName, facts, connection.lastOutput(), `while waiting for ${step}`, connection.kind()),
      );
    };
    // What cannot be opened says itself why, and better than by its end.
    opening.promise.then(over, () => {});
  });
  // The start has one timeout for everything.
  const inTime = (request: CallRequest): CallOptions => {
    step = request.method;
    return { timeoutMs: 0 };
  };
  const run = async (): Promise<Started> => {
    options.open(connection.events).then(opening.resolve, opening.reject);
    const link = await opening.promise;
    connection.use(link);
    const { learned, ...handshake } = await negotiate({
      serverName,
      clock,
      kind: link.kind,
      startMs: timeouts.start,
      // One that stays unanswered for good is no call in flight.
      call: (request, headers) =>
        connection.calls.call(request, { ...inTime(request), headers, background: true }).reply,
      capabilities: options.capabilities,
      remembered: options.remembered,
    });
    connection.speak(handshake.era);
    // Over HTTP messages may overtake each other, and nothing may overtake this one.
    if (handshake.era === 'legacy') await connection.notify(NOTIFICATION.INITIALIZED);
    const speaker =
      handshake.era === 'modern' ? speakModern(options, connection, link, handshake) : undefined;
    const send = speaker?.modern.own ?? connection.calls.call;
    let isLoaded = false;
    const inventory = createInventory({
      serverName,
      handshake,
      clock,
      call: (request) => send(request, isLoaded ? {} : inTime(request)).reply,
      usable: speaker?.usable,
      note: connection.note,
      onChange: options.onInventory,
    });
    connection.keep(inventory);
    speaker?.begin(inventory);
    // A modern server's list also says how its tools are called.
    if (speaker || !options.callsOnly) await inventory.load();
    isLoaded = true;
    return { link, inventory, modern: speaker?.modern, learned };
  };
  try {
    const started = await Promise.race([stopped.promise, run()]);
    connection.onLost(options.onClosed);
    return started;
  } catch (error) {
    const first = cause ?? error;
    await connection.close(0);
    throw diedOfProbe ? new DiedOfProbe(first) : first;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

/**
 * It ended when it was asked for `server/discover`, as some do to whom `initialize` must come first. One that would have ended anyway
 * looks the same: whether it read the question cannot be seen from outside, so its second start is what tells.
 */
export class DiedOfProbe extends Error {
  readonly first: unknown;
  constructor(first: unknown) {
    super('ended by server/discover');
    this.first = first;
  }
}

/** What says nothing about the question: no such command, or the kernel's doing. */
const isItsOwnEnd = ({ exitCode, oomKilled }: ExitFacts): boolean =>
  exitCode !== undefined && exitCode !== 126 && exitCode !== 127 && !oomKilled;

interface Speaker {
  readonly modern: Modern;
  readonly usable: InventoryOptions['usable'];
  begin(inventory: InventoryKeeper): void;
}

/** What a modern server needs besides a connection. */
function speakModern(
  options: UpstreamOptions,
  connection: Connection,
  link: Link,
  { capabilities }: Handshake,
): Speaker {
  const { serverName, clock } = options;
  const { note } = connection;
  const isHttp = link.kind === 'http';
  let keeper: InventoryKeeper | undefined;
  const tell = (method: string, params: Buffer): void =>
    options.onNotification({ serverName, method, params });
  const modern = createModern({
    serverName,
    calls: connection.calls,
    isHttp,
    capabilities,
    tools: () => keeper?.current.tools ?? [],
    refreshTools: async () => keeper?.renew('tools'),
    listener: () => listener,
  });
  const listener = createListener({
    clock,
    capabilities,
    open: modern.listen,
    // Over HTTP a subscription ends with its connection.
    end: (requestId) =>
      isHttp || void connection.notify(NOTIFICATION.CANCELLED, Buffer.from(`{"requestId":${requestId}}`)),
    onNews: tell,
    onMissed: (topics) => {
      keeper?.missed();
      for (const topic of topics) catchUp(modern, topic, tell);
    },
    note,
  });
  return {
    modern,
    usable: isHttp ? (tools) => usableOverHttp(tools, note) : undefined,
    begin(inventory) {
      keeper = inventory;
      connection.hear(listener);
      listener.start();
    },
  };
}

const abortError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `the start of ${serverName} was given up for something newer`, {
    hint: 'nothing to do: hive ps shows what runs now',
  });
