/** Streams that lose their connection and are come back to: what the tests of it share. */
import assert from 'node:assert/strict';
import { jsonText } from '../../../src/model/text/json.ts';
import { named } from '../../catalog/fixtures.ts';
import {
  type Events,
  type Harness,
  openEvents,
  POST_HEADERS,
  post,
  type Received,
  source,
} from '../harness.ts';

export type Headers = Record<string, string>;

export const OPTIONS = { sources: [source('s', { tools: named('t') })] };
export const callOf = (id: number) =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"s_t"}}`;
export const progress = (text: string) =>
  `{"jsonrpc":"2.0","method":"notifications/progress","params":{"message":"${text}"}}`;
export const result = (id: number, text: string) =>
  `{"jsonrpc":"2.0","id":${id},"result":{"text":"${text}"}}`;
export const log = (text: string) => ({
  serverName: 's',
  method: 'notifications/message',
  params: jsonText(`{"level":"info","data":"${text}"}`),
});
export const logged = (text: string) =>
  `{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"${text}"}}`;
export const changed = (list: string) => `{"jsonrpc":"2.0","method":"notifications/${list}/list_changed"}`;

export interface Streaming {
  readonly call: Received;
  readonly events: Events;
}

/** A call whose answer has become a stream: the client has read its first progress. */
export async function streaming({ url, received }: Harness, session: Headers, id = 1): Promise<Streaming> {
  const opened = openEvents(url, {
    method: 'POST',
    headers: { ...POST_HEADERS, ...session },
    body: callOf(id),
  });
  const call = await received();
  call.progress(`{"message":"first of ${id}"}`);
  const events = await opened;
  assert.equal(await events.next(), progress(`first of ${id}`));
  return { call, events };
}

export const resume = (url: string, session: Headers, lastId: string | undefined): Promise<Events> =>
  openEvents(url, { headers: { ...session, 'last-event-id': String(lastId) } });

/** Once this is answered, the gateway has seen to what came before. */
export const roundTrip = (url: string, session: Headers) =>
  post(url, { jsonrpc: '2.0', id: 'there', method: 'ping' }, session);

/** The connection is cut, and the gateway knows: nothing goes out any more until the client is back. */
export async function lose({ url }: Harness, session: Headers, events: Events): Promise<void> {
  events.close();
  await roundTrip(url, session);
}
