/** Takes every message that reaches one client, and checks that it is meant for this client. */
import type { Ledger } from '../ledger.ts';
import type { Json, Message } from './message.ts';

interface Expected {
  readonly settle: (message: Message) => void;
  readonly fail: (error: Error) => void;
  readonly progress: Progress;
}

/** Progress of one call, in the order of its arrival. */
export interface Progress {
  readonly steps: number[];
  /** Text of the last one. */
  text: string | undefined;
  /** Called with each one. */
  onStep?: () => void;
}

export class Inbox {
  readonly who: string;
  readonly #ledger: Ledger;
  readonly #expected = new Map<string, Expected>();
  /** Requests that were answered. A second answer is a violation. */
  readonly #answered = new Set<string>();
  /** Requests that the client no longer waits for. An answer may still come, once. */
  readonly #left = new Set<string>();
  /** URIs that the gateway has acknowledged to a modern client. */
  readonly followed = new Set<string>();
  readonly #updates = new Map<string, () => void>();

  constructor(who: string, ledger: Ledger) {
    this.who = who;
    this.#ledger = ledger;
  }

  /** Expects the answer to a request that is about to be sent. */
  expect(id: string): { answer: Promise<Message>; progress: Progress } {
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    const progress: Progress = { steps: [], text: undefined };
    this.#expected.set(id, { settle: resolve, fail: reject, progress });
    return { answer: promise, progress };
  }

  isWaiting(id: unknown): boolean {
    return this.#expected.has(String(id));
  }

  /** Gives a request up. */
  leave(id: string, error: Error): void {
    const expected = this.#expected.get(id);
    if (!expected) return;
    this.#expected.delete(id);
    this.#left.add(id);
    expected.fail(error);
  }

  /** Gives all requests up. */
  leaveAll(error: Error): void {
    for (const id of [...this.#expected.keys()]) this.leave(id, error);
  }

  /** Resolves with the next update of the resource. */
  updated(uri: string): Promise<void> {
    return new Promise((resolve) => this.#updates.set(uri, resolve));
  }

  /** @returns the client's reply, if the message is a request */
  take(message: Message): Message | undefined {
    const { id, method, params = {} } = message;
    if (method === undefined) this.#takeAnswer(message);
    else if (id !== undefined) return { id, result: this.reply(method, params) };
    else if (method === 'notifications/progress') this.#takeProgress(params);
    else if (method === 'notifications/subscriptions/acknowledged') this.#takeAcknowledgement(params);
    else if (method === 'notifications/resources/updated') this.#takeUpdate(String(params.uri));
    return undefined;
  }

  /** The client's answer to a server's question, which must be about a call of this client. */
  reply(method: string, params: Json): Json {
    const [first] = (params.messages ?? []) as { content: { text: string } }[];
    const text = String(first?.content.text ?? params.message);
    if (!text.startsWith(`${this.who} `)) this.#foreign(`was asked "${text}"`);
    if (method !== 'sampling/createMessage') return { action: 'accept', content: { answer: this.who } };
    return { role: 'assistant', model: 'm', content: { type: 'text', text: this.who } };
  }

  #takeAnswer(message: Message): void {
    const id = String(message.id);
    const expected = this.#expected.get(id);
    if (this.#answered.has(id)) this.#ledger.violate('doubled', `${this.who} for ${id}`);
    else if (!expected && !this.#left.delete(id)) this.#foreign(`got an answer to ${id}`);
    this.#answered.add(id);
    this.#expected.delete(id);
    expected?.settle(message);
  }

  #takeProgress({ progressToken, progress, message }: Json): void {
    const token = String(progressToken);
    const expected = this.#expected.get(token);
    // Hive's own progress of a call that is held is negative.
    if (Number(progress) <= 0) return;
    if (!String(message).startsWith(`${this.who} ${token} `)) this.#foreign(`got progress "${message}"`);
    if (!expected) {
      if (!this.#answered.has(token) && !this.#left.has(token)) this.#foreign(`got progress of ${token}`);
      return;
    }
    expected.progress.steps.push(Number(progress));
    expected.progress.text = String(message);
    expected.progress.onStep?.();
  }

  #takeAcknowledgement({ notifications }: Json): void {
    const { resourceSubscriptions = [] } = notifications as { resourceSubscriptions?: string[] };
    for (const uri of resourceSubscriptions) this.followed.add(uri);
  }

  #takeUpdate(uri: string): void {
    if (!uri.endsWith(`/${this.who}`)) this.#foreign(`got an update of ${uri}`);
    this.#updates.get(uri)?.();
    this.#updates.delete(uri);
  }

  #foreign(text: string): void {
    this.#ledger.violate('foreign', `${this.who} ${text}`);
  }
}
