import { setTimeout as delay } from 'node:timers/promises';
import { type Agent, type Dispatcher, request } from 'undici';
import { DEFAULT_LIMIT } from '../../../wire/framing.ts';
import { sseReader } from '../../../wire/sse.ts';
import type { Authorizer } from '../../oauth/authorizer.ts';
import { authorized } from './authorized.ts';
import { reason } from './errors.ts';

export interface StreamOptions {
  readonly url: string;
  readonly agent: Agent;
  /** Aborted when the link is closed. */
  readonly life: AbortSignal;
  readonly authorizer: Authorizer | undefined;
  readonly headers: (own: Record<string, string>) => Record<string, string>;
  /** The data of one event. */
  readonly take: (data: Buffer) => void;
  readonly noise: (text: string, bytes: number) => void;
  /** The server is gone. */
  readonly over: (message: string) => void;
  /** It has no such stream here, as if it had forgotten the session; some have none at all, and say it so. */
  readonly suspectStale: () => void;
}

const RETRY_MS = 1_000;
const MAX_RETRY_MS = 30_000;

type Body = Dispatcher.ResponseData['body'];

interface Position {
  lastId: string | undefined;
  retryMs: number;
}

/** The response of one POST. */
interface Answering {
  /** The data of one event. */
  readonly take: (data: Buffer) => void;
  readonly isAnswered: () => boolean;
  /** A legacy server may end such a stream early, to be asked for the rest of it. */
  readonly resumes: boolean;
}

export interface EventStreams {
  read(body: Body, answering: Answering): Promise<void>;
  /** What the server has to say unasked, where it offers that; runs until the link is closed. */
  listen(): void;
}

export function createEventStreams(options: StreamOptions): EventStreams {
  const { life, over } = options;

  async function readAll(body: Body, position: Position, take = options.take): Promise<void> {
    const read = sseReader(
      {
        event: ({ data, id }) => {
          position.lastId = id;
          if (data.length > 0) take(data);
        },
        retry: (ms) => {
          position.retryMs = Math.min(ms, MAX_RETRY_MS);
        },
        tooLarge: (bytes) => options.noise('an event over the size limit was dropped', bytes),
      },
      DEFAULT_LIMIT,
    );
    for await (const chunk of body) read(chunk);
  }

  /** Undefined where the server offers no such stream. */
  async function get({ lastId }: Position): Promise<Body | undefined> {
    const own = { accept: 'text/event-stream', ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
    const { url, agent: dispatcher, headers } = options;
    const response = await authorized(options.authorizer, { method: 'GET', address: url }, (more) =>
      request(url, { method: 'GET', headers: headers({ ...own, ...more }), dispatcher, signal: life }),
    );
    if (response.statusCode === 200) return response.body;
    await response.body.dump();
    if (response.statusCode === 404 && headers({})['mcp-session-id']) options.suspectStale();
    return undefined;
  }

  async function follow(): Promise<void> {
    const position: Position = { lastId: undefined, retryMs: RETRY_MS };
    for (let failures = 0; !life.aborted; ) {
      try {
        const body = await get(position);
        if (!body) return;
        failures = 0;
        await readAll(body, position);
      } catch (cause) {
        if (reason(cause) === 'ECONNREFUSED') over('nothing listens there any more (ECONNREFUSED)');
        failures += 1;
      }
      const pause = Math.min(position.retryMs * 2 ** failures, MAX_RETRY_MS);
      await delay(pause, undefined, { signal: life });
    }
  }

  return {
    async read(body, { take, isAnswered, resumes }) {
      const position: Position = { lastId: undefined, retryMs: RETRY_MS };
      const canResume = (): boolean =>
        resumes && !isAnswered() && position.lastId !== undefined && !life.aborted;
      // A connection that is lost is as good as a stream that ended early.
      const readOn = (from: Body): Promise<void> =>
        readAll(from, position, take).catch((cause) => {
          if (!canResume()) throw cause;
        });
      await readOn(body);
      while (canResume()) {
        await delay(position.retryMs, undefined, { signal: life });
        const rest = await get(position);
        if (!rest) return;
        await readOn(rest);
      }
    },
    listen: () => void follow().catch(() => {}),
  };
}
