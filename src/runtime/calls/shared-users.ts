/** The clients that have used the connection which clients share, for each instance. */
import type { Principal } from '../../model/caller.ts';
import type { ServerNotification } from '../../model/calls.ts';
import { NOTIFICATION } from '../../wire/methods.ts';
import type { Instance } from '../instances/instance.ts';

/** More need not be told apart: two clients may be one person without authentication, three may not. */
const MAX_USERS = 3;

export class SharedUsers {
  readonly #users = new WeakMap<Instance, Set<Principal>>();

  /** Notes that the client makes a call on the instance's shared connection. */
  note(instance: Instance, principal: Principal): void {
    const users = this.#users.get(instance);
    if (!users) this.#users.set(instance, new Set([principal]));
    else if (users.size < MAX_USERS) users.add(principal);
  }

  /** Adds the users of the instance to a log message; returns any other notification as it is. */
  withUsers(instance: Instance, notification: ServerNotification): ServerNotification {
    const users = this.#users.get(instance);
    return users && notification.method === NOTIFICATION.LOG_MESSAGE
      ? { ...notification, users }
      : notification;
  }
}
