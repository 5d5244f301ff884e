import { setTimeout as delay } from 'node:timers/promises';
import type { Agent, Dispatcher } from 'undici';
import type { Authorizer } from '../../oauth/authorizer.ts';
import { authorized } from './authorized.ts';
import { firstContact } from './contact.ts';

export interface PosterOptions {
  readonly url: string;
  readonly agent: Agent;
  readonly authorizer: Authorizer | undefined;
  /** Not reachable is told at once: nobody has just started it. */
  readonly impatient: boolean;
  /** Told once while the server is not up yet. */
  readonly onWait: (why: string) => void;
}

export interface Poster {
  post(body: Buffer, headers: Record<string, string>, signal: AbortSignal): Promise<Dispatcher.ResponseData>;
  /** It has answered: from now on a failure is a failure. */
  up(): void;
  readonly isUp: boolean;
}

/** Pauses between attempts to reach a server that is not up yet. */
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 1_000;

/** POSTs to one address. Until the server has answered once, anything that says "not up yet" is tried again. */
export function createPoster(options: PosterOptions): Poster {
  const { agent, authorizer, impatient, onWait } = options;
  const { origin, pathname, search } = new URL(options.url);
  const path = pathname + search;
  const target = { method: 'POST', address: options.url };
  let isUp = false;

  async function post(
    body: Buffer,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    const attempt = (): Promise<Dispatcher.ResponseData> =>
      authorized(authorizer, target, (more) =>
        agent.request({ origin, path, method: 'POST', headers: { ...headers, ...more }, body, signal }),
      );
    if (isUp || impatient) return attempt();
    for (let pause = FIRST_RETRY_MS; ; pause = Math.min(pause * 2, LAST_RETRY_MS)) {
      const { response, why } = await firstContact(attempt);
      if (response) return response;
      if (pause === FIRST_RETRY_MS) onWait(String(why));
      await delay(pause, undefined, { signal });
    }
  }

  return {
    post,
    up() {
      isUp = true;
    },
    get isUp() {
      return isUp;
    },
  };
}
