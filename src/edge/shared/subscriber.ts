/** Whoever may hear of resources: a legacy session, or a modern listen stream. */
export interface Subscriber {
  readonly sessionId: string;
  /** URIs, each with its server. */
  readonly subscriptions: Map<string, string>;
  /** See `Session`. */
  readonly capabilities?: string | undefined;
  /** Of a listen stream: how it is told. */
  tell?(method: string, params?: Buffer): void;
}

/** All there are. */
export type Subscribers = () => Iterable<Subscriber>;
