import { GatewayError } from '../../errors.ts';
import type { CallRequest, Reply } from '../../model/ports.ts';
import type { Link } from '../links/link.ts';
import type { Connection } from './connection.ts';
import { exitError, startTimeout } from './failures.ts';
import { initialize } from './handshake.ts';
import { createInventory, type InventoryKeeper } from './inventory.ts';
import type { UpstreamOptions } from './upstream.ts';

export interface Started {
  readonly link: Link;
  readonly inventory: InventoryKeeper;
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
  connection.onLost((_error, facts) => {
    const over = (): void =>
      stop(
        exitError(serverName, facts, connection.lastOutput(), `while waiting for ${step}`, connection.kind()),
      );
    // What cannot be opened says itself why, and better than by its end.
    opening.promise.then(over, () => {});
  });
  const call = (request: CallRequest): Promise<Reply> => {
    step = request.method;
    // The start has one timeout for everything.
    return connection.calls.call(request, 0).reply;
  };
  const run = async (): Promise<Started> => {
    options.open(connection.events).then(opening.resolve, opening.reject);
    const link = await opening.promise;
    connection.use(link);
    const handshake = await initialize(serverName, call, options.capabilities);
    // Over HTTP messages may overtake each other, and nothing may overtake this one.
    await connection.notify('notifications/initialized');
    const { note } = connection;
    const later = (request: CallRequest): Promise<Reply> => connection.calls.call(request).reply;
    let isLoaded = false;
    const inventory = createInventory({
      serverName,
      handshake,
      clock,
      call: (request) => (isLoaded ? later(request) : call(request)),
      note,
      onChange: options.onInventory,
    });
    connection.keep(inventory);
    await inventory.load();
    isLoaded = true;
    return { link, inventory };
  };
  try {
    const started = await Promise.race([stopped.promise, run()]);
    connection.onLost(options.onClosed);
    return started;
  } catch (error) {
    const first = cause ?? error;
    await connection.close(0);
    throw first;
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

const abortError = (serverName: string): GatewayError =>
  new GatewayError('SERVER_EXITED', `the start of ${serverName} was given up for something newer`, {
    hint: 'nothing to do: hive ps shows what runs now',
  });
