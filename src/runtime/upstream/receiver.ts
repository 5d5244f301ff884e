/** Parts of a connection that follow what its server sends: lists, subscriptions and tasks. */
import type { Reply } from '../../model/calls.ts';
import type { Era } from '../../model/era.ts';
import type { Json } from '../../model/text/json.ts';
import type { InventoryKeeper } from './inventory.ts';
import type { SubscriptionStream } from './modern/subscription-stream.ts';
import type { RunningTasks } from './requests/running-tasks.ts';
import type { SentRequest } from './requests/sent-request.ts';

export interface Receiver {
  readonly era: Era;
  /** Called with each answer before its call is settled. */
  answered(sent: SentRequest, reply: Reply): void;
  /** True if the notification concerned lists or the connection's own subscription, and is handled. */
  notified(method: string, params: Json | undefined): boolean;
  /** True for progress of a running task, which has been passed on. */
  progress(params: Json): boolean;
  close(): void;
}

/** Until the handshake is over, there is nothing to follow. */
export const HANDSHAKE: Receiver = {
  era: 'legacy',
  answered: () => {},
  notified: () => false,
  progress: () => false,
  close: () => {},
};

export interface ReceiverParts {
  readonly era: Era;
  readonly inventory: InventoryKeeper;
  /** Absent for a server without tasks. */
  readonly tasks: RunningTasks | undefined;
  /** Only in the modern era. */
  readonly stream: SubscriptionStream | undefined;
}

export function createReceiver({ era, inventory, tasks, stream }: ReceiverParts): Receiver {
  return {
    era,
    answered: (sent, reply) => tasks?.answered(sent, reply),
    notified(method, params) {
      if (params) tasks?.notified(method, params);
      return (params && stream?.handle(method, params)) || inventory.notified(method);
    },
    progress: (params) => tasks?.progress(params) ?? false,
    close() {
      inventory.close();
      stream?.close();
      tasks?.close();
    },
  };
}
