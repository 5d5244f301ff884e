import type { Caller } from '../../model/caller.ts';

/** Whoever may hear of resources: a legacy session, or a modern listen stream. */
export interface Subscriber {
  readonly caller: Caller;
  /** URIs, each with its server. */
  readonly subscriptions: Map<string, string>;
  /** Of a listen stream: how it is told. */
  tell?(method: string, params?: Buffer): void;
}

/** All there are. */
export type Subscribers = () => Iterable<Subscriber>;
