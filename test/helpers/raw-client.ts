/** A client of either era that exposes every message of an answer unchanged. */
import { modernHeaders, modernMeta, openSession, POST_HEADERS } from '../edge/harness.ts';

export const ERAS = ['legacy', 'modern'] as const;
export type Era = (typeof ERAS)[number];

/** Client by server, named as in the tables of requirements. */
export const pairing = (client: Era, server: Era): string =>
  [client, server].map((era) => (era === 'legacy' ? 'L' : 'M')).join('×');

type Json = Record<string, unknown>;
export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface Exchange {
  /** Resolves with the first message that is not a response. */
  readonly news: Promise<Message>;
  /** All messages on the stream, the response last. Rejects if the client disconnected. */
  readonly done: Promise<{ readonly news: readonly Message[]; readonly response: Message }>;
  /** Cancels in the way of its era: by a notification, or by closing the stream. */
  cancel(reason: string): Promise<void>;
}

export interface RawClient {
  readonly era: Era;
  begin(method: string, params?: Json, meta?: Json): Exchange;
  ask(method: string, params?: Json, meta?: Json): Promise<Message>;
}

/** Longest wait for any answer. */
const PATIENCE_MS = 60_000;
let lastId = 0;

export async function rawClient(era: Era, url: string, capabilities: object = {}): Promise<RawClient> {
  const session: Record<string, string> =
    era === 'legacy' ? await openSession(url, undefined, capabilities) : {};
  const post = (body: object, headers: Record<string, string>, signal?: AbortSignal) =>
    fetch(url, {
      method: 'POST',
      headers: { ...POST_HEADERS, ...session, ...headers },
      // The message spans several lines, which must not reach a server over stdio.
      body: JSON.stringify({ jsonrpc: '2.0', ...body }, null, 2),
      signal: AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]),
    });

  function begin(method: string, params: Json = {}, meta: Json = {}): Exchange {
    const id = `c${++lastId}`;
    const abort = new AbortController();
    const _meta = era === 'modern' ? modernMeta(capabilities, meta) : meta;
    const news = Promise.withResolvers<Message>();
    const headers = era === 'modern' ? modernHeaders(method, named(params)) : {};
    const read = async () => {
      const heard: Message[] = [];
      for await (const message of messages(
        await post({ id, method, params: { ...params, _meta } }, headers, abort.signal),
      ))
        if (message.id === id) return { news: heard, response: message };
        else {
          heard.push(message);
          news.resolve(message);
        }
      throw new Error(`${method} got no response`);
    };
    const cancelled = { method: 'notifications/cancelled', params: { requestId: id } };
    return {
      news: news.promise,
      done: read(),
      async cancel(reason) {
        if (era === 'modern') return abort.abort();
        await post({ ...cancelled, params: { ...cancelled.params, reason } }, {});
      },
    };
  }
  return { era, begin, ask: async (...request) => (await begin(...request).done).response };
}

/** Value of the Mcp-Name header. */
const named = ({ name, uri, taskId }: Json): { name?: string } => {
  const value = name ?? uri ?? taskId;
  return typeof value === 'string' ? { name: value } : {};
};

async function* messages(response: Response): AsyncGenerator<Message> {
  if (!response.headers.get('content-type')?.includes('event-stream'))
    return yield (await response.json()) as Message;
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + chunk).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      // An event without data only sets the stream's last event id.
      const data = block.split('\n').filter((line) => line.startsWith('data: ') && line.length > 6);
      if (data.length > 0) yield JSON.parse(data.map((line) => line.slice(6)).join('\n'));
    }
  }
}
